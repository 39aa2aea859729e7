"""Units of one's own that are affine in their states, in blocks, against loops in NumPy."""

from dataclasses import dataclass

import numpy as np
import pytest
import tensorflow as tf
from keras import activations, ops

from rnnexp.engine.affine import affine_states
from rnnexp.equations import Equation, Neuron
from rnnexp.layers import EquationLayer
from tests.units import arrays, normal, randomise

B, D, M = 4, 2, 3
LENGTHS = pytest.mark.parametrize("T", [37, 64])


@dataclass(frozen=True)
class DividingEquation(Equation):
    """h_t = tanh(u) / u ⊙ h_{t-1} + c, which is 0 / 0 for x_t = 0 without a bias."""

    @property
    def neurons(self):
        return (
            Neuron("u", activations.linear, "forget"),
            Neuron("c", activations.linear, "candidate"),
        )

    def step(self, u, c, h):
        u = u()
        return ops.tanh(u) / u * h + c()


class Dividing(EquationLayer, equation=DividingEquation):
    """A layer of the equation."""


@dataclass(frozen=True)
class CoupledEquation(Equation):
    """Two states that read each other, and two that no timestep reads, one from the other."""

    states = ("p", "q", "copied", "squared")

    @property
    def neurons(self):
        return (
            Neuron("a", activations.tanh, "forget"),
            Neuron("c", activations.linear, "candidate"),
        )

    def step(self, a, c, p, q, copied, squared):
        a, c = a(), c()
        following = ops.where(a > 0, a * p - 0.5 * q, c)
        return following, 0.3 * p + a * q, p, ops.square(p) + following


class Coupled(EquationLayer, equation=CoupledEquation):
    """A layer of the equation."""


def built(layer, rng):
    layer.build((None, None, D))
    return randomise(layer, rng), arrays(layer)


def looped(step, x, mask, states):
    """The states (B, T, M) of a step in NumPy, copied where the mask is False."""
    kept = []
    for t in range(x.shape[1]):
        following = step(x[:, t], *states)
        shown = mask[:, t, None]
        states = [np.where(shown, new, old) for new, old in zip(following, states, strict=True)]
        kept.append(states)
    return [np.stack(of_state, 1) for of_state in zip(*kept, strict=True)]


def gradients(layer, x, mask, states):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch((x, states))
        found = layer(x, mask=mask, initial_state=states)
        loss = sum(tf.reduce_sum(tf.sin(tensor)) for tensor in tf.nest.flatten(found))
    weights = [w.value for w in layer.trainable_variables]
    return tape.gradient(loss, [x, *states, *weights], unconnected_gradients="zero")


def right_padded(T):
    mask = np.ones((B, T), bool)
    mask[0, 3:] = mask[1, :-3] = mask[2] = False
    return mask


@LENGTHS
def test_a_step_that_is_nan_for_zeros(T):
    rng = np.random.default_rng(0)
    layer, weights = built(Dividing(M, use_bias=False, return_sequences=True, dtype="float64"), rng)
    assert affine_states(layer.cell.equation) == (0,)
    x, h = normal(rng, B, T, D, dtype="float64"), normal(rng, B, M, dtype="float64")

    def step(x, h):
        u, c = np.split(x @ weights["kernel"], 2, axis=1)
        return (np.tanh(u) / u * h + c,)

    real = np.ones((B, T), bool)
    expected = looped(step, x, real, [h])[0]
    np.testing.assert_allclose(layer(x, initial_state=h), expected, atol=1e-12)
    found = gradients(layer, x, None, [tf.constant(h)])
    assert all(np.isfinite(d).all() for d in found)
    layer.parallel = False
    for one, other in zip(found, gradients(layer, x, None, [tf.constant(h)]), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@LENGTHS
@pytest.mark.filterwarnings("ignore:invalid value")
def test_masked_zeros_of_a_step_that_is_nan_for_zeros(T):
    rng = np.random.default_rng(1)
    layer, weights = built(Dividing(M, use_bias=False, return_sequences=True, dtype="float64"), rng)
    mask = rng.uniform(size=(B, T)) < 0.6
    mask[:, 0] = True  # until a timestep is shown, a layer puts out zeros
    x = normal(rng, B, T, D, dtype="float64") * mask[..., None]

    def step(x, h):
        u, c = np.split(x @ weights["kernel"], 2, axis=1)
        return (np.tanh(u) / u * h + c,)

    expected = looped(step, x, mask, [np.zeros((B, M))])[0]
    np.testing.assert_allclose(layer(x, mask=mask), expected, atol=1e-12)


@LENGTHS
@pytest.mark.parametrize("sequences", [False, True])
def test_states_that_no_timestep_reads(T, sequences):
    rng = np.random.default_rng(2)
    layer, weights = built(
        Coupled(M, return_sequences=sequences, return_state=True, dtype="float64"), rng
    )
    assert affine_states(layer.cell.equation) == (0, 1)
    x, mask = normal(rng, B, T, D, dtype="float64"), right_padded(T)
    states = [normal(rng, B, M, dtype="float64") for _ in range(4)]

    def step(x, p, q, copied, squared):
        a, c = np.split(x @ weights["kernel"] + weights["bias"], 2, axis=1)
        a = np.tanh(a)
        following = np.where(a > 0, a * p - 0.5 * q, c)
        return following, 0.3 * p + a * q, p, p**2 + following

    expected = looped(step, x, mask, states)
    for one, other in zip(layer(x, mask=mask, initial_state=states)[1:], expected, strict=True):
        np.testing.assert_allclose(one, other[:, -1], atol=1e-12)
    states = [tf.constant(s) for s in states]
    found = gradients(layer, x, mask, states)
    layer.parallel = False
    for one, other in zip(found, gradients(layer, x, mask, states), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
