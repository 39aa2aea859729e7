"""Law: an untrained unit with a named `gate_bias` keeps what the distribution promises."""

import keras
import numpy as np
import pytest

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import retained
from rnnexp.engine.retention import retention_signs
from tests.diagnostics.models import D, T
from tests.units import UNITS, each_of

M, HORIZON, SEED = 16, 100, 5
NAMED_TOO = ("uniform", "power_law")
NAMED = {"chrono": {"gate_bias": "chrono", "horizon": HORIZON}}
NAMED |= {name: {"gate_bias": name} for name in NAMED_TOO}
DECIDED = [unit for unit in UNITS if retention_signs(unit.equation)]
UNDECIDED = [unit for unit in UNITS if unit not in DECIDED]


def drawn(least, most):
    """A draw with the layer's seed."""
    draw = keras.initializers.RandomUniform(least, most, seed=SEED)((M,), dtype="float32")
    return np.asarray(draw, "float64")


def promised(name):
    """The retention of every unit, by the formula of the paper."""
    if name == "chrono":
        u = drawn(1, HORIZON - 1)
        return u / (1 + u)
    if name == "uniform":
        return drawn(1 / M, 1 - 1 / M)
    return 1 / (1 + np.exp(-5 + 12 * (np.arange(M) / (M - 1)) ** 0.3))


def untrained(unit, **arguments):
    """What an untrained layer shows on zeros, B = 1."""
    layer = unit.layer(M, name="unit", dtype="float64", **arguments)
    model = keras.Sequential([keras.Input((T, D)), layer, keras.layers.Dense(1)])
    return rnnexp.trace(model, np.zeros((1, T, D)))["unit"]


def at_rest(unit):
    """Arguments with which the gates of the unit see their biases alone when the inputs are zeros.

    That needs nothing but where a candidate starts with a bias, so that the state moves.
    """
    candidates = [n for n in unit.equation.neurons if n.role == "candidate"]
    moves = any(neuron.bias_initializer is not None for neuron in candidates)
    return {"recurrent_initializer": "zeros"} if moves else {}


@pytest.mark.parametrize(
    "name", ["chrono", *(pytest.param(name, marks=pytest.mark.slow) for name in NAMED_TOO)]
)
@each_of(DECIDED)
def test_the_measured_retention_is_the_promised_one(unit, name):
    dataset = untrained(unit, **NAMED[name], **at_rest(unit), seed=SEED)
    found = retained(dataset)["retention"].values[0, -1]
    np.testing.assert_allclose(found, promised(name), rtol=1e-4)
    if name == "chrono":
        timescales = 1 / (1 - found)
        assert (timescales > 2).all()
        assert (timescales < HORIZON).all()


@each_of(UNDECIDED)
def test_a_unit_whose_gates_do_not_decide_is_refused(unit):
    """And its retention is the same with every gate open and with every gate closed."""
    with pytest.raises(ValueError, match=r"no gate of .* decides which fraction of the memory"):
        unit.layer(M, gate_bias="uniform")
    gates = [neuron.name for neuron in unit.equation.neurons if neuron.is_gate]
    kept = []
    for bias in (-2.0, 2.0):
        keras.utils.set_random_seed(SEED)
        dataset = untrained(unit, gate_bias=dict.fromkeys(gates, bias))
        kept.append(retained(dataset)["retention"].values[0, -1])
    np.testing.assert_allclose(*kept, atol=1e-12)


def biases(layer):
    """The bias of each neuron, by its name."""
    layer.build((1, None, D))
    names = [neuron.name for neuron in layer.cell.equation.neurons]
    return dict(zip(names, np.reshape(layer.cell.bias, (-1, M)), strict=False))


def test_the_bias_of_an_lstm_is_that_of_tallec_and_ollivier():
    found = biases(layers.LSTM(M, **NAMED["chrono"], seed=SEED))
    log_u = np.log(drawn(1, HORIZON - 1)).astype("float32")
    np.testing.assert_array_equal(found["f"], log_u)
    np.testing.assert_array_equal(found["i"], -log_u)
    assert not found["o"].any()
    assert not found["candidate"].any()


@pytest.mark.parametrize("reset_after", [False, True])
@pytest.mark.parametrize(("update_gate", "sign"), [("new", -1), ("keep", 1)])
def test_the_bias_of_a_gru_follows_what_its_update_gate_means(update_gate, sign, reset_after):
    reading = {"update_gate": update_gate, "reset_after": reset_after}
    found = biases(layers.GRU(M, **reading, **NAMED["chrono"], seed=SEED))
    log_u = np.log(drawn(1, HORIZON - 1)).astype("float32")
    np.testing.assert_array_equal(found["z"], sign * log_u)
    assert not found["r"].any()


def test_the_power_law_is_the_forget_bias_of_xlstm():
    found = biases(layers.SLSTM(M, gate_bias="power_law"))
    expected = -(-5.0 + 12.0 * (np.arange(M) / (M - 1)) ** 0.3)
    np.testing.assert_allclose(found["f_tilde"], expected, rtol=1e-6)
    assert not found["i_tilde"].any()


def test_timescales_are_uniform_up_to_the_horizon():
    """Kolmogorov and Smirnov's distance of 4000 units, at the level 1e-6."""
    layer = layers.GRU(4000, **NAMED["chrono"], seed=SEED, recurrent_initializer="zeros")
    layer.build((1, None, 1))
    u = np.sort(np.exp(-layer.cell.bias[:4000].numpy()))
    steps = np.arange(4001) / 4000
    below = (u - 1) / (HORIZON - 2)
    distance = max(np.abs(below - steps[1:]).max(), np.abs(below - steps[:-1]).max())
    assert distance < 2.7 / np.sqrt(4000)


@pytest.mark.parametrize("activation", ["hard_sigmoid", "softsign", "relu6"])
def test_gates_that_are_not_logistic_keep_what_is_promised(activation):
    layer = layers.GRU(M, recurrent_activation=activation, **NAMED["chrono"], seed=SEED)
    z = keras.activations.get(activation)(biases(layer)["z"])
    np.testing.assert_allclose(1 - np.asarray(z), promised("chrono"), rtol=1e-4)
