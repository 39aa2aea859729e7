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
from rnnexp.layers import EquationLayer
from tests.transcriptions import legal_states

# Beside the default arguments, those that make another equation of a layer.
MORE_VARIANTS = {
    "SimpleRNN": [{"activation": "relu"}],
    "GRU": [
        {"reset_after": True},
        {"update_gate": "keep"},
        {"update_gate": "keep", "reset_after": True},
    ],
    "IndRNN": [{"recurrent_bound": 0.7}],
    "AntisymmetricRNN": [{"step_size": 0.5, "diffusion": 0.1}],
    "MinGRU": [{"activation": "linear"}],
}
# Together they do all that any unit does (tests/laws/test_every_unit.py).
COVERING = (
    "ATR",
    "AntisymmetricRNN",
    "FastGRNN",
    "GRU-reset_after=True",
    "IndRNN-recurrent_bound=0.7",
    "LRU",
    "LayerNormLSTM",
    "SLSTM",
)
# A unit that Keras has, one that runs in blocks of timesteps, one with several states and gates.
FEW = ("GRU-reset_after=True", "LRU", "SLSTM")


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

    @property
    def has_activation(self) -> bool:
        """Whether the activation of its candidate is an argument."""
        return "activation" in self.layer_class.cell_class.field_names()

    @property
    def has_keras(self) -> bool:
        """Whether `keras.layers` has this unit."""
        return hasattr(keras.layers, self.name)

    def layer(self, M, **arguments):
        return self.layer_class(M, **{**self.arguments, **arguments})

    def cell(self, M, **arguments):
        return self.layer_class.cell_class(M, **{**self.arguments, **arguments})

    def keras(self, M, kind="", **arguments):
        """The counterpart in keras.layers; kind is "" for the layer, "Cell" for the cell."""
        assert self.has_keras, f"Keras has no {self.name}"
        arguments = {**self.arguments, **arguments}
        arguments.pop("update_gate", None)
        # What is False by default here is True there.
        if self.name == "GRU":
            arguments.setdefault("reset_after", False)
        return getattr(keras.layers, self.name + kind)(M, **arguments)

    def loop(self, M, **arguments):
        """Keras's own loop, `keras.layers.RNN`, around the unit's cell."""
        own = self.layer_class.cell_class.argument_names()
        of_the_cell = {k: v for k, v in arguments.items() if k in (*own, "dtype")}
        others = {k: v for k, v in arguments.items() if k not in own}
        return keras.layers.RNN(self.cell(M, **of_the_cell), **others)

    def reference(self, M, **arguments):
        """What the layer must agree with: Keras's own, or Keras's loop where Keras has none."""
        return (self.keras if self.has_keras else self.loop)(M, **arguments)

    def reference_cell(self, M, **arguments):
        """Keras's own cell, or ours where Keras has none."""
        return (self.keras(M, "Cell", **arguments)) if self.has_keras else self.cell(M, **arguments)

    def moved(self, arrays):
        """Our weights, or their gradients, as Keras's: z's columns negated where z = 1 is new."""
        if self.name != "GRU" or self.arguments.get("update_gate") == "keep":
            return list(arrays)
        units = arrays[1].shape[0]
        sign = np.repeat([-1, 1, 1], units).astype(arrays[0].dtype)
        return [a * sign for a in arrays]

    def states_like(self, rng, B, M, dtype="float32"):
        """S random states (B, M) that the unit may be in."""
        states = [normal(rng, B, M, dtype=dtype) for _ in range(self.states)]
        return legal_states(self.equation, states)


LAYERS = concrete_subclasses(EquationLayer, rnnexp.layers)
EQUATIONS = concrete_subclasses(Equation, rnnexp.equations)
# Those that Keras has come first.
VARIANTS = {
    layer: [{}, *MORE_VARIANTS.get(layer.__name__, [])]
    for layer in sorted(LAYERS, key=lambda layer: not hasattr(keras.layers, layer.__name__))
}
UNITS = [Unit(layer, arguments) for layer, variants in VARIANTS.items() for arguments in variants]
UNITS_OF_KERAS = [unit for unit in UNITS if unit.has_keras]
SIMPLE_RNN = Unit(rnnexp.layers.SimpleRNN)


def each_of(units, fast=None):
    """A mark that gives a test each of the units; fast: the names of those that are not slow."""

    def marks(unit):
        return [] if fast is None or str(unit) in fast else [pytest.mark.slow]

    cases = [pytest.param(unit, marks=marks(unit), id=str(unit)) for unit in units]
    return pytest.mark.parametrize("unit", cases)


EVERY_UNIT = each_of(UNITS)
EVERY_UNIT_OF_KERAS = each_of(UNITS_OF_KERAS)
# For what takes long: the units of COVERING with every run, the others with the slow tests.
EVERY_UNIT_SLOWLY = each_of(UNITS, COVERING)
# For what takes a second or more for each unit.
EVERY_UNIT_VERY_SLOWLY = each_of(UNITS, FEW)
EVERY_UNIT_OF_KERAS_SLOWLY = each_of(UNITS_OF_KERAS, ("SimpleRNN", "LSTM", "GRU"))


def normal(rng, *shape, dtype="float32"):
    return rng.normal(size=shape).astype(dtype)


def randomise(layer, rng):
    """Gives a built layer random weights, small enough that no unit's states explode.

    A unit's own vectors are about 0.5, so that a gain among them does not hide what it multiplies.
    """
    units = [w.shape[0] for w in layer.weights if w.name == "recurrent_kernel"]
    scale = 0.5 / np.sqrt(units[0] if units else 1)
    for weight in layer.weights:
        moved = scale * normal(rng, *weight.shape, dtype=weight.dtype)
        drawn_anew = weight.name in ("kernel", "recurrent_kernel", "bias")
        weight.assign(moved if drawn_anew else 0.5 + moved)
    return layer


def stored(layer) -> dict:
    """A layer's weights as TensorFlow's variables, by name, in the order in which it has them."""
    return {weight.name: weight.value for weight in layer.trainable_variables}


def arrays(layer) -> dict:
    """A layer's weights as NumPy arrays, by name."""
    return {name: weight.numpy() for name, weight in stored(layer).items()}
