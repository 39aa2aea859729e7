"""Law: each recurrent matrix of each neuron starts as the layer or the equation says."""

from dataclasses import dataclass

import keras
import numpy as np
import pytest
from keras import activations

import rnnexp
from rnnexp import layers
from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.instantiate import build
from rnnexp.engine.weights import layout
from rnnexp.equations import Activation, Equation, Neuron
from rnnexp.layers import EquationLayer
from tests.units import EVERY_UNIT

M, D = 5, 2


def blocks(layer):
    """The recurrent matrices of each neuron, by its name."""
    layer.build((1, None, D))
    equation, kernel = layer.cell.equation, layer.cell.recurrent_kernel
    products = layout(equation).recurrent_kernel
    found = {}
    parts = [] if kernel is None else np.split(kernel.numpy(), len(products), axis=1)
    for (k, _), part in zip(products, parts, strict=True):
        found.setdefault(equation.neurons[k].name, []).append(part)
    return found


def is_orthogonal(W):
    return np.abs(W.T @ W - np.eye(M)).max() < 1e-5


@EVERY_UNIT
def test_identity_for_one_neuron_and_orthogonal_for_the_others(unit):
    equation = unit.equation
    products = layout(equation).recurrent_kernel
    names = list(dict.fromkeys(equation.neurons[k].name for k, _ in products))
    if not names:
        with pytest.raises(ValueError, match="has no recurrent matrix of it"):
            unit.layer(M, recurrent_initializer={equation.neurons[0].name: "identity"})
        return
    first, others = names[0], names[1:]
    choice = {first: {"class_name": "Identity", "config": {"gain": 0.5}}}
    choice |= dict.fromkeys(others, "orthogonal")
    found = blocks(unit.layer(M, recurrent_initializer=choice))
    for W in found.pop(first):
        np.testing.assert_array_equal(W, 0.5 * np.eye(M))
    each = [W for of_neuron in found.values() for W in of_neuron]
    assert all(map(is_orthogonal, each))
    for n, W in enumerate(each):
        assert all(np.abs(W - other).max() > 0.1 for other in each[:n])


def test_a_role_applies_to_all_its_neurons_and_a_name_comes_before_it():
    found = blocks(layers.GRU(M, recurrent_initializer={"update": "zeros", "r": "identity"}))
    np.testing.assert_array_equal(found["z"][0], 0)
    np.testing.assert_array_equal(found["r"][0], np.eye(M))
    assert is_orthogonal(found["candidate"][0])


def test_blocks_of_one_seeded_initializer_differ_and_repeat_themselves():
    draw = {"class_name": "GlorotUniform", "config": {"seed": 3}}

    def drawn():
        choice = {"input": draw, "forget": draw, "output": "zeros"}
        return blocks(layers.LSTM(M, recurrent_initializer=choice))

    one, other = drawn(), drawn()
    expected = keras.initializers.GlorotUniform(seed=3)((M, M))
    np.testing.assert_array_equal(one["i"][0], expected)
    np.testing.assert_array_equal(one["f"][0], other["f"][0])


@dataclass(frozen=True)
class ResidualEquation(Equation):
    """A unit whose candidate starts with the identity."""

    activation: Activation = activations.tanh

    @property
    def neurons(self):
        return (
            Neuron("z", activations.sigmoid, "update"),
            Neuron("candidate", self.activation, "candidate", recurrent_initializer="identity"),
            Neuron("r", activations.sigmoid, "reset"),
        )

    def step(self, z, candidate, r, h):
        return (1 - z(h)) * h + z(h) * candidate(r(h) * h)


class ResidualUnit(EquationLayer, equation=ResidualEquation):
    """Its layer."""


def test_the_equation_may_say_it_and_the_layer_may_say_otherwise():
    found = blocks(ResidualUnit(M))
    np.testing.assert_array_equal(found["candidate"][0], np.eye(M))
    z, r = found["z"][0], found["r"][0]
    assert is_orthogonal(z)
    assert is_orthogonal(r)
    assert np.abs(z - r).max() > 0.1
    found = blocks(ResidualUnit(M, recurrent_initializer="zeros"))
    np.testing.assert_array_equal(found["candidate"][0], np.eye(M))
    assert not found["z"][0].any()
    found = blocks(ResidualUnit(M, recurrent_initializer={"candidate": "zeros"}))
    assert not found["candidate"][0].any()


def test_it_is_saved(tmp_path):
    choice = {"candidate": {"class_name": "Identity", "config": {"gain": 0.5}}, "z": "ones"}
    model = keras.Sequential([keras.Input((None, D)), layers.GRU(M, recurrent_initializer=choice)])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").layers[0]
    assert loaded.get_config() == model.layers[0].get_config()
    again = blocks(layers.GRU.from_config(loaded.get_config()))
    np.testing.assert_array_equal(again["candidate"][0], 0.5 * np.eye(M))


def test_the_gain_of_an_identity_is_saved():
    """Keras 3.15 forgets it."""
    layer = layers.GRU(M, recurrent_initializer=keras.initializers.Identity(0.5))
    again = layers.GRU.from_config(layer.get_config())
    np.testing.assert_array_equal(blocks(again)["z"][0], 0.5 * np.eye(M))


def test_it_converts_to_keras_because_it_sets_initial_values_alone():
    ours = layers.LSTM(M, recurrent_initializer={"candidate": "identity"})
    ours.build((1, None, D))
    theirs = rnnexp.to_keras(ours)
    np.testing.assert_array_equal(theirs.get_weights()[1], ours.get_weights()[1])


def test_in_yaml_and_on_the_command_line():
    choice = "{candidate: {class_name: Identity, config: {gain: 0.5}}, update: orthogonal}"
    bias = "{update: -1.0, reset: {class_name: Constant, config: {value: 2.0}}}"
    asked = [f"model.layer.recurrent_initializer={choice}", f"model.layer.gate_bias={bias}"]
    experiment = check(compose(["model=gru", *asked]))
    layer = build(experiment.model.layer, "model.layer", "layer", [], units=M)
    np.testing.assert_array_equal(blocks(layer)["candidate"][0], 0.5 * np.eye(M))
    np.testing.assert_array_equal(layer.cell.bias.numpy(), np.repeat([-1, 2, 0], M))


WRONG = [
    ({"candidat": "identity"}, "key 'candidat'; did you mean 'candidate'.*neuron of GRU"),
    ({"candidate": "identitty"}, "'identitty'; expected a Keras initializer"),
    ({"candidate": None}, "is None; expected a Keras initializer"),
]


@pytest.mark.parametrize(("choice", "said"), WRONG)
def test_what_is_wrong_is_refused_when_the_layer_is_made(choice, said):
    with pytest.raises(ValueError, match=said):
        layers.GRU(M, recurrent_initializer=choice)
