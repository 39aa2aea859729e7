"""Which classes a layer takes as its equation, and which values for their fields."""

from dataclasses import dataclass, field, make_dataclass

import keras
import numpy as np
import pytest
from keras import activations, ops

from rnnexp.equations import Activation, Equation, Neuron
from rnnexp.layers import MGU, EquationLayer


def doubled(a):
    """A function that Keras does not know."""
    return 2 * ops.tanh(a)


@dataclass(frozen=True)
class Scaled(Equation):
    """h_t = scale · activation(x_t W_x + h_{t-1} W_h + b)."""

    activation: Activation = doubled
    scale: float = 1.0

    @property
    def neurons(self):
        return (Neuron("candidate", self.activation, "candidate"),)

    def step(self, candidate, h):
        return self.scale * candidate(h)


def layer_class(equation, module=__name__):
    made = {"__module__": module}
    return type(EquationLayer)("Own", (EquationLayer,), made, equation=equation)


def with_field(name, kind, **arguments):
    return make_dataclass("Mine", [(name, kind, field(**arguments))], bases=(Scaled,), frozen=True)


class Undecorated(Scaled):
    """Its field is none, without @dataclass."""

    rate: float = 0.5


WRONG = {
    "Own has equation=.*Scaled.*not an instance": Scaled(),
    "Own has equation=.*MGU.*expected a class that is a subclass of": MGU,
    "Undecorated is no dataclass; expected @dataclass": Undecorated,
    "the field 'sizes' of Mine has no default": with_field("sizes", list, default_factory=list),
    "Mine has a field 'dropout', which is an argument": with_field("dropout", float, default=0.5),
    "Mine has a field 'cell', which is an argument": with_field("cell", float, default=0.5),
    "Mine has a field 'states', which is an": with_field("states", tuple, default=("h",)),
    r"sizes is \(1, 2\); expected a number": with_field("sizes", tuple, default=(1, 2)),
    "has a lambda as its default; expected": with_field("other", object, default=lambda a: a),
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_cannot_be_a_layers_equation_is_refused(reason):
    with pytest.raises((TypeError, ValueError), match=reason):
        layer_class(WRONG[reason])


def test_a_field_is_a_number_and_not_a_list():
    own = layer_class(Scaled)
    assert own(2, scale=np.float32(0.5)).get_config()["scale"] == 0.5
    with pytest.raises(ValueError, match=r"scale is \[1.0\]; expected a number"):
        own(2, scale=[1.0])


def reloaded(layer, path):
    model = keras.Sequential([keras.Input((None, 2)), layer])
    model.save(path / "model.keras")
    return keras.models.load_model(path / "model.keras").layers[0]


def test_a_function_of_ones_own_is_found_again(tmp_path):
    assert reloaded(layer_class(Scaled)(2), tmp_path).activation is doubled
    assert reloaded(MGU(2, activation="relu"), tmp_path).activation is activations.relu


def test_layers_of_one_name_in_two_modules_are_two(tmp_path):
    first, second = (layer_class(Scaled, f"package.{name}") for name in ("one", "other"))
    assert type(reloaded(first(2), tmp_path)) is first
    assert type(reloaded(second(2), tmp_path)) is second
