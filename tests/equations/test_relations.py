"""Units that are special cases of others: the same states with the weights that make them so."""

import numpy as np
import pytest
import tensorflow as tf

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


def test_trnn_is_min_gru_with_a_linear_candidate_and_the_opposite_gate(drawn):
    h, (kernel, _, bias) = drawn[0][:1], columns(drawn, C, F)
    opposite = [[-kernel[1], kernel[0]], [-bias[1], bias[0]]]
    close(after("TRNN", h, [kernel, bias]), after("MinGRU", h, opposite, activation="linear"))


def test_irnn_is_a_simple_unit_with_relu(drawn):
    h, weights = drawn[0][:1], columns(drawn, C)
    close(after("IRNN", h, weights), after("SimpleRNN", h, weights, activation="relu"))


def test_an_untrained_irnn_keeps_what_it_has_where_there_is_no_input():
    layer = layers.IRNN(M)
    h = abs(normal(np.random.default_rng(2), B, M))
    kept = layer(np.zeros((B, 20, D), "float32"), initial_state=h)
    np.testing.assert_array_equal(kept, h)


def test_mut2_with_a_free_matrix_in_its_reset_gate_is_a_gru(drawn):
    h, weights = drawn[0][:1], columns(drawn, I, F, C)
    close(after("MUT2", h, weights), after("GRU", h, weights))


def test_mut3_is_mut2_where_the_update_gate_reads_a_state_that_tanh_does_not_change(drawn):
    """Near zero, up to its third power; elsewhere they differ."""
    (h, _), weights = drawn[0], columns(drawn, I, F, C)
    small = [1e-5 * h]
    np.testing.assert_allclose(after("MUT3", small, weights), after("MUT2", small, weights))
    assert not np.allclose(after("MUT3", [h], weights), after("MUT2", [h], weights))


def test_mut1_without_input_is_a_gru_without_input_whose_update_gate_sees_nothing(drawn):
    h, weights = drawn[0][:1], columns(drawn, I, F, C)
    kernels, recurrent, biases = weights
    kernels[:] = [np.zeros((D, M))] * 3
    blind = [kernels, [np.zeros((M, M)), *recurrent[1:]], biases]
    close(after("MUT1", h, [kernels, recurrent[1:], biases]), after("GRU", h, blind))


def test_li_gru_is_a_ugrnn_with_relu(drawn):
    h, weights = drawn[0][:1], columns(drawn, I, C)
    close(after("LiGRU", h, weights), after("UGRNN", h, weights, activation="relu"))


def test_fast_grnn_with_open_zeta_and_shut_nu_is_a_ugrnn_of_equal_matrices(drawn):
    h, (kernels, recurrent, biases) = drawn[0][:1], columns(drawn, I, C)
    open_and_shut = [[np.full(M, SATURATED)], [np.full(M, -SATURATED)]]
    ours = after("FastGRNN", h, [kernels[:1], recurrent[:1], biases, *open_and_shut])
    equal = [kernels[:1] * 2, recurrent[:1] * 2, biases]
    close(ours, after("UGRNN", h, equal))


def test_nbrc_with_diagonal_matrices_is_brc(drawn):
    h, (kernels, _, biases), own = drawn[0][:1], columns(drawn, I, F, C), drawn[3][5:7]
    ours = after("NBRC", h, [kernels, [np.diag(w) for w in own], biases])
    close(ours, after("BRC", h, [kernels, biases, *([w] for w in own)]))


def test_ran_is_an_lstm_with_a_linear_blind_candidate_and_an_open_output_gate(drawn):
    """The candidate of this LSTM is linear, as its output is."""
    kernels, recurrent, biases = columns(drawn, C, I, F)
    ours = after("RAN", drawn[0], [kernels, recurrent[1:], biases], activation="linear")
    zeros = np.zeros((M, M))
    lstm = [
        [kernels[1], kernels[2], kernels[0], np.zeros((D, M))],
        [recurrent[1], recurrent[2], zeros, zeros],
        [biases[1], biases[2], biases[0], np.full(M, SATURATED)],
    ]
    close(ours, after("LSTM", drawn[0], lstm, activation="linear"))


def test_brc_holds_one_of_two_values_without_inputs_where_its_feedback_is_above_1():
    """The fixed points of h = tanh((1 + a) h): none but 0 up to 1 + a = 1, two more above."""
    cell = layers.BRCCell(M, dtype="float64")
    cell.build((1, D))
    for feedback, holds in ((0.5, False), (1.5, True)):
        bias = np.repeat([np.arctanh(feedback - 1), 0.0, 0.0], M)
        cell.set_weights([np.zeros((D, 3 * M)), bias, np.zeros(M), np.zeros(M)])
        h = np.array([[0.3, -0.3, 0.9, -0.9]])
        for _ in range(500):
            h = cell(np.zeros((1, D)), h)[0].numpy()
        if holds:
            np.testing.assert_allclose(h, np.tanh(feedback * h), rtol=1e-12)
            np.testing.assert_array_equal(np.sign(h), [[1, -1, 1, -1]])
            assert abs(h).min() > 0.8
        else:
            assert abs(h).max() < 1e-12


def test_without_inputs_every_state_of_a_cfn_falls_to_zero():
    """Whatever its recurrent matrices are; its distance from zero shrinks at every step."""
    cell = layers.CFNCell(M, dtype="float64")
    cell.build((1, D))
    kernel, recurrent_kernel, bias = cell.get_weights()
    rng = np.random.default_rng(3)
    cell.set_weights([kernel, 5 * normal(rng, *recurrent_kernel.shape), bias])
    h, sizes = 2 * normal(rng, 5, M, dtype="float64"), []
    step = tf.function(lambda h: cell(tf.zeros((5, D), "float64"), h)[0])
    for _ in range(2000):
        h = step(h)
        sizes.append(abs(h.numpy()).max())
    assert (np.diff(sizes) < 0).all()
    assert sizes[-1] < 0.05
