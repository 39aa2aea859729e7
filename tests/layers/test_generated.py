"""What a layer that is made from an equation shows of itself."""

import inspect
import subprocess
import sys
from dataclasses import fields

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp.layers
from rnnexp.layers import MGU, EquationCell, EquationLayer, IndRNN
from tests.units import EVERY_UNIT, EVERY_UNIT_OF_KERAS, UNITS, each_of

MADE = each_of([u for u in UNITS if not u.has_keras and not u.arguments])
COMMON = {
    "use_bias": True,
    "kernel_initializer": "glorot_uniform",
    "recurrent_initializer": "orthogonal",
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
    "seed": None,
}
OF_LAYERS = {"return_sequences": False, "stateful": False, "activity_regularizer": None}


def defaults(kind):
    parameters = inspect.signature(kind).parameters
    return {name: parameter.default for name, parameter in parameters.items()}


@MADE
def test_signatures_show_the_fields_and_the_common_arguments(unit):
    layer, cell = defaults(unit.layer_class), defaults(unit.layer_class.cell_class)
    for shown in (layer, cell):
        assert next(iter(shown)) == "units"
        assert COMMON.items() <= shown.items()
        for field in fields(unit.equation):
            assert shown[field.name] == getattr(field.default, "__name__", field.default)
    assert OF_LAYERS.items() <= layer.items()
    assert not OF_LAYERS.keys() & cell.keys()


def test_signatures_are_those_of_classes_alone():
    """An instance is called as a layer is, a subclass with an `__init__` of its own has that."""

    class Own(MGU):
        """With one argument more."""

        def __init__(self, units, size=3, **kwargs):
            super().__init__(units, **kwargs)

    assert "size" in inspect.signature(Own).parameters
    assert "units" not in inspect.signature(MGU(3)).parameters
    layer = MGU(3)
    assert tf.function(layer)(tf.zeros((2, 4, 5))).shape == (2, 3)


@EVERY_UNIT_OF_KERAS
@pytest.mark.parametrize("kind", ["", "Cell"])
def test_arguments_stand_where_keras_has_them(unit, kind):
    """So that positional arguments mean the same."""
    ours = list(inspect.signature(getattr(rnnexp.layers, unit.name + kind)).parameters)
    theirs = list(inspect.signature(getattr(keras.layers, unit.name + kind)).parameters)
    shared = [name for name in theirs if name not in ("kwargs", "args")]
    assert ours[: len(shared)] == shared


def test_positional_arguments_are_taken():
    layer = rnnexp.layers.LSTM(3, "relu", "hard_sigmoid", False)
    theirs = keras.layers.LSTM(3, "relu", "hard_sigmoid", False)
    for name in ("activation", "recurrent_activation", "use_bias"):
        assert getattr(layer, name) == getattr(theirs, name)


@EVERY_UNIT
def test_a_misspelt_argument_is_named_with_what_it_may_have_been(unit):
    for kind in (unit.layer_class, unit.layer_class.cell_class):
        with pytest.raises(
            ValueError,
            match=rf"{kind.__name__} has no argument 'use_bais' \(did you mean 'use_bias'\?\)",
        ):
            kind(8, use_bais=False)
        with pytest.raises(ValueError, match="has no argument 'qqq'; expected some of units, "):
            kind(8, qqq=1)


@pytest.mark.parametrize("units", [0, -1, 2.5])
def test_units_are_a_positive_integer(units):
    with pytest.raises(ValueError, match=f"units is {units}; expected a positive integer"):
        MGU(units)


@pytest.mark.parametrize("name", rnnexp.layers.__all__)
def test_every_class_says_which_shapes_it_takes(name):
    kind = getattr(rnnexp.layers, name)
    text = inspect.getdoc(kind)
    assert kind.__doc__
    if issubclass(kind, EquationLayer):
        assert "(B, T, D)" in text
    else:
        assert "(B, M)" in text or "units: M" in text


@pytest.mark.parametrize("name", rnnexp.layers.GENERATED)
def test_every_argument_is_documented(name):
    kind = rnnexp.layers.GENERATED[name]
    described = inspect.getdoc(kind).partition("Args:\n")[2]
    for argument in inspect.signature(kind).parameters:
        assert argument == "kwargs" or f"\n    {argument}: " in f"\n{described}", argument


def test_the_attributes_of_the_cell_are_the_layers():
    layer = IndRNN(4, recurrent_bound=0.5, activation="tanh", seed=3)
    assert layer.recurrent_bound == layer.cell.recurrent_bound == 0.5
    assert layer.activation is keras.activations.tanh
    assert (layer.units, layer.seed, layer.use_bias) == (4, 3, True)


def test_a_layer_without_an_equation_is_refused_in_words():
    with pytest.raises(TypeError, match="EquationLayer has no equation; expected a subclass"):
        EquationLayer(3)
    with pytest.raises(TypeError, match="EquationCell has no equation; expected a cell"):
        EquationCell(3)


OWN = '''
"""A module of a user's own."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations import Equation, Neuron, Vector
from rnnexp.layers import EquationLayer


@dataclass(frozen=True)
class Leaky(Equation):
    """h_t = (1 - a) h_{t-1} + a tanh(x_t W_x + h_{t-1} W_h + b)."""

    rate: float = 0.5

    initial = {"h": Vector("h_start", "ones")}

    @property
    def neurons(self):
        return (Neuron("candidate", activations.tanh, "candidate"),)

    def step(self, candidate, h):
        return (1 - self.rate) * h + self.rate * candidate(h)


class LeakyRNN(EquationLayer, equation=Leaky):
    """A leaky unit."""
'''
LOAD = """
import sys
import keras, numpy as np
import leaky
model = keras.models.load_model("model.keras")
assert type(model.layers[0]) is leaky.LeakyRNN and model.layers[0].rate == 0.25
np.save("y.npy", model(np.load("x.npy")).numpy())
"""


@pytest.mark.slow
def test_a_users_own_layer_loads_in_a_fresh_process_that_imports_its_module(tmp_path, monkeypatch):
    (tmp_path / "leaky.py").write_text(OWN, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import leaky

    x = np.random.default_rng(1).normal(size=(2, 5, 3)).astype("float32")
    layer = leaky.LeakyRNN(4, rate=0.25, kernel_initializer="he_normal")
    model = keras.Sequential([keras.Input((5, 3)), layer])
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "x.npy", x)
    subprocess.run([sys.executable, "-c", LOAD], cwd=tmp_path, check=True, timeout=300)
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), model(x).numpy())
