"""Every unit, for the laws that hold for all: found in rnnexp, not listed by hand."""

import importlib
import inspect
import pkgutil
from dataclasses import dataclass, field

import keras
import numpy as np
import pytest

import rnnexp.equations
import rnnexp.layers
from rnnexp.equations import Equation
from rnnexp.layers.equation_layer import EquationLayer

# The arguments that make another equation of a layer. A layer that is not here fails a test.
VARIANTS = {
    rnnexp.layers.SimpleRNN: [{}, {"activation": "relu"}],
    rnnexp.layers.LSTM: [{}],
    rnnexp.layers.GRU: [
        {},
        {"reset_after": True},
        {"update_gate": "keep"},
        {"update_gate": "keep", "reset_after": True},
    ],
}


def concrete_subclasses(parent: type, package) -> list[type]:
    """Every concrete subclass of parent defined anywhere in the package, exported or not."""
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)

    def below(kind):
        return [c for child in kind.__subclasses__() for c in (child, *below(child))]

    ours = (c for c in set(below(parent)) if c.__module__.startswith(package.__name__))
    return sorted((c for c in ours if not inspect.isabstract(c)), key=lambda c: c.__name__)


@dataclass(frozen=True)
class Unit:
    """A layer of rnnexp with the arguments that choose its equation."""

    layer_class: type
    arguments: dict = field(default_factory=dict)

    def __str__(self):
        return "-".join(
            [self.layer_class.__name__, *(f"{k}={v}" for k, v in self.arguments.items())]
        )

    @property
    def name(self) -> str:
        return self.layer_class.__name__

    @property
    def equation(self) -> Equation:
        return self.layer_class(1, **self.arguments).cell.equation

    @property
    def states(self) -> int:
        return len(self.equation.states)

    def layer(self, M, **arguments):
        return self.layer_class(M, **{**self.arguments, **arguments})

    def cell(self, M, **arguments):
        return getattr(rnnexp.layers, self.name + "Cell")(M, **{**self.arguments, **arguments})

    def keras(self, M, kind="", **arguments):
        """The counterpart in keras.layers; kind is "" for the layer, "Cell" for the cell."""
        arguments = {**self.arguments, **arguments}
        arguments.pop("update_gate", None)
        # What is False by default here is True there.
        if self.name == "GRU":
            arguments.setdefault("reset_after", False)
        return getattr(keras.layers, self.name + kind)(M, **arguments)

    def moved(self, arrays):
        """Our weights, or their gradients, as Keras's: z's columns negated where z = 1 is new."""
        if self.name != "GRU" or self.arguments.get("update_gate") == "keep":
            return list(arrays)
        units = arrays[1].shape[0]
        sign = np.repeat([-1, 1, 1], units).astype(arrays[0].dtype)
        return [a * sign for a in arrays]


UNITS = [Unit(layer, arguments) for layer, variants in VARIANTS.items() for arguments in variants]
EQUATIONS = concrete_subclasses(Equation, rnnexp.equations)
LAYERS = concrete_subclasses(EquationLayer, rnnexp.layers)
EVERY_UNIT = pytest.mark.parametrize("unit", UNITS, ids=str)
# For what takes long: a unit of each layer with every run, the others with the slow tests.
EVERY_UNIT_SLOWLY = pytest.mark.parametrize(
    "unit",
    [pytest.param(u, marks=[pytest.mark.slow] if u.arguments else [], id=str(u)) for u in UNITS],
)


def normal(rng, *shape, dtype="float32"):
    return rng.normal(size=shape).astype(dtype)


def randomise(layer, rng):
    """Gives a built layer random weights, small enough that no unit's states explode."""
    scale = 0.5 / np.sqrt(layer.get_weights()[1].shape[0])
    layer.set_weights([scale * normal(rng, *w.shape, dtype=w.dtype) for w in layer.get_weights()])
    return layer
