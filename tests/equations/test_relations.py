"""Units that are special cases of others: the same states with the weights that make them so."""

import numpy as np
import pytest

from rnnexp import layers
from tests.units import normal

B, D, M = 3, 2, 4
SATURATED = 1e3  # a bias at which a sigmoid is exactly 1 in float64


def after(name, states, weights, **arguments):
    """The states after one step of a unit with these weights, in float64."""
    cell = getattr(layers, f"{name}Cell")(M, dtype="float64", **arguments)
    cell.build((B, D))
    cell.set_weights([np.concatenate(blocks, axis=-1) for blocks in weights])
    _, following = cell(normal(np.random.default_rng(1), B, D, dtype="float64"), states)
    return [state.numpy() for state in following]


@pytest.fixture
def drawn():
    """Two states, and ten neurons: kernels (D, M), recurrent kernels (M, M), biases (M,)."""
    rng = np.random.default_rng(0)
    shapes = ((B, M), 2), ((D, M), 10), ((M, M), 10), ((M,), 10)
    return [[normal(rng, *s, dtype="float64") for _ in range(n)] for s, n in shapes]


def close(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


def columns(drawn, *neurons):
    """The three weights of some of the neurons; -k stands for neuron k with the opposite sign."""
    return [[np.sign(k) * blocks[abs(k)] for k in neurons] for blocks in drawn[1:]]


I, F, C, O = 1, 2, 3, 4  # noqa: E741


def test_the_lstm_of_1997_is_an_lstm_that_forgets_nothing(drawn):
    forgets_nothing = columns(drawn, I, F, C, O)
    forgets_nothing[2][1] = np.full(M, SATURATED)
    ours = after("LSTM1997", drawn[0], columns(drawn, I, C, O))
    close(ours, after("LSTM", drawn[0], forgets_nothing))


def test_cifg_is_an_lstm_whose_forget_gate_has_the_opposite_pre_activation(drawn):
    ours = after("CIFG", drawn[0], columns(drawn, I, C, O))
    close(ours, after("LSTM", drawn[0], columns(drawn, I, -I, C, O)))


def test_a_refine_gate_of_one_half_refines_nothing(drawn):
    """Then the effective gate is f, and the unit is CIFG with i = 1 - f."""
    unrefined = columns(drawn, F, I, C, O)
    for blocks in unrefined:
        blocks[1] = np.zeros_like(blocks[1])
    ours = after("URLSTM", drawn[0], unrefined)
    close(ours, after("CIFG", drawn[0], columns(drawn, -F, C, O)))


def test_janet_without_beta_is_the_ugrnn(drawn):
    h, weights = drawn[0][:1], columns(drawn, F, C)
    close(after("JANET", h, weights, beta=0), after("UGRNN", h, weights))
    assert not np.allclose(after("JANET", h, weights), after("UGRNN", h, weights))


def test_the_ugrnn_is_a_gru_whose_reset_gate_lets_everything_through(drawn):
    h, lets_through = drawn[0][:1], columns(drawn, F, I, C)
    lets_through[2][1] = np.full(M, SATURATED)
    ours = after("UGRNN", h, columns(drawn, F, C))
    close(ours, after("GRU", h, lets_through, update_gate="keep"))


def test_min_lstm_with_opposite_gates_is_min_gru(drawn):
    """Then f + i = 1, and z is i."""
    h = drawn[0][:1]

    def without_state(*neurons):
        kernel, _, bias = columns(drawn, *neurons)
        return [kernel, bias]

    close(
        after("MinLSTM", h, without_state(-I, I, C)),
        after("MinGRU", h, without_state(I, C)),
    )


def test_irnn_is_a_simple_unit_with_relu(drawn):
    h, weights = drawn[0][:1], columns(drawn, C)
    close(after("IRNN", h, weights), after("SimpleRNN", h, weights, activation="relu"))


def test_an_untrained_irnn_keeps_what_it_has_where_there_is_no_input():
    layer = layers.IRNN(M)
    h = abs(normal(np.random.default_rng(2), B, M))
    kept = layer(np.zeros((B, 20, D), "float32"), initial_state=h)
    np.testing.assert_array_equal(kept, h)
