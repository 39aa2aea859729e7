"""The arguments `gate_bias` and `horizon`: values, errors, saving, conversion."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from rnnexp.config.compose import compose

M, D = 4, 2


def bias(layer):
    layer.build((1, None, D))
    return layer.cell.bias.numpy()


def test_a_number_for_a_role_and_for_a_neuron():
    found = bias(layers.LSTM(M, gate_bias={"forget": 3, "candidate": -1.5})).reshape(4, M)
    np.testing.assert_array_equal(found, np.outer([0, 3, -1.5, 0], np.ones(M)))


def test_the_name_of_a_neuron_comes_before_its_role():
    found = bias(layers.LSTM(M, gate_bias={"i": 2.0, "input": 1.0}))
    np.testing.assert_array_equal(found[:M], 2)
    np.testing.assert_array_equal(found[M : 2 * M], 1)  # unit_forget_bias


def test_an_initializer():
    draw = keras.initializers.RandomNormal(seed=3)
    found = bias(layers.GRU(M, reset_after=True, gate_bias={"update": draw}))
    np.testing.assert_array_equal(found[0, :M], draw((M,)))
    assert not found[1].any()


def test_with_a_second_bias_the_sum_is_what_was_given():
    layer = layers.GRU(M, reset_after=True, bias_initializer="ones", gate_bias={"update": 2.0})
    found = bias(layer).reshape(2, 3, M)
    np.testing.assert_array_equal(found.sum(0)[0], 2)
    np.testing.assert_array_equal(found[:, 1:], 1)


def test_without_it_a_seed_gives_the_weights_that_it_gave():
    keras.utils.set_random_seed(4)
    ours = layers.LSTM(M, bias_initializer="random_normal")
    ours.build((1, None, D))
    keras.utils.set_random_seed(4)
    theirs = keras.layers.LSTM(M, bias_initializer="random_normal")
    theirs.build((1, None, D))
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_layer_may_be_made_inside_a_function_that_is_traced():
    made = []

    @tf.function
    def function(x):
        if not made:
            made.append(layers.LSTM(M, gate_bias="uniform"))
        return made[0](x)

    assert function(tf.zeros((1, 3, D))).shape == (1, M)


WRONG = [
    ({"gate_bias": "chrono"}, "'chrono' and horizon is None; expected a number of timesteps, 3"),
    ({"gate_bias": "chrono", "horizon": 2}, "horizon is 2; expected a number of timesteps, 3"),
    ({"gate_bias": "chrono", "horizon": True}, "horizon is True"),
    ({"horizon": 10}, "horizon is 10 and gate_bias is None; expected gate_bias='chrono'"),
    ({"gate_bias": "uniform", "horizon": 10}, "which alone has a horizon"),
    ({"gate_bias": "crono"}, "did you mean 'chrono'"),
    ({"gate_bias": "crono", "horizon": 10}, "did you mean 'chrono'"),
    ({"gate_bias": 1.0}, r"gate_bias is 1.0; expected 'chrono'.*\{'forget': 1.0\}"),
    ({"gate_bias": {"forgot": 1.0}}, "key 'forgot'; did you mean 'forget'.*neuron of LSTM"),
    ({"gate_bias": {"forget": "oness"}}, "'oness'; expected a Keras init"),
    ({"gate_bias": {"forget": float("nan")}}, "nan; expected a finite number"),
    ({"gate_bias": {"forget": True}}, "True; expected a Keras init"),
    ({"gate_bias": "uniform", "use_bias": False}, "expected use_bias=True"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
@pytest.mark.parametrize("kind", [layers.LSTM, layers.LSTMCell])
def test_what_is_wrong_is_refused_when_the_layer_is_made(kind, arguments, said):
    with pytest.raises(ValueError, match=said):
        kind(M, **arguments)


def test_a_distribution_out_of_reach_is_refused():
    with pytest.raises(ValueError, match=r"keeps 0.0\d+ to .*; the gates of GRU can keep 0.5 to"):
        layers.GRU(M, gate_bias="power_law", recurrent_activation=half)
    with pytest.raises(ValueError, match="units is 1; expected 2 units or more"):
        layers.GRU(1, gate_bias="uniform")


@keras.saving.register_keras_serializable("tests")
def half(x):
    return keras.ops.sigmoid(x) / 2


CASES = [
    {"gate_bias": "chrono", "horizon": 30},
    {"gate_bias": "power_law"},
    {"gate_bias": {"forget": 2.0, "o": keras.initializers.Constant(0.5)}},
]


@pytest.mark.parametrize("arguments", CASES)
def test_it_is_saved(arguments, tmp_path):
    layer = layers.LSTM(M, **arguments, seed=1)
    model = keras.Sequential([keras.Input((None, D)), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").layers[0]
    assert loaded.get_config() == layer.get_config()
    again = layers.LSTM.from_config(loaded.get_config())
    np.testing.assert_array_equal(bias(again), bias(layer))


@pytest.mark.parametrize("arguments", CASES)
def test_it_converts_to_keras_because_it_sets_initial_values_alone(arguments):
    layer = layers.LSTM(M, **arguments)
    layer.build((1, None, D))
    theirs = rnnexp.to_keras(layer)
    assert type(theirs) is keras.layers.LSTM
    np.testing.assert_array_equal(theirs.get_weights()[2], bias(layer))


def test_on_the_command_line():
    config = compose(["model=lstm", "model.layer.gate_bias=chrono", "model.layer.horizon=100"])
    assert (config.model.layer.gate_bias, config.model.layer.horizon) == ("chrono", 100)
