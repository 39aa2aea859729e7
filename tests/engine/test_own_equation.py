"""What an equation may declare and no unit of rnnexp does: computed as its definition says."""

from dataclasses import dataclass

import numpy as np
import pytest
import tensorflow as tf
from keras import activations, initializers, ops

from rnnexp.equations import Activation, Equation, Neuron, Vector
from rnnexp.layers import EquationLayer
from tests.laws.agreement import MASKS, Case, agree
from tests.transcriptions.arithmetic import parts, sigmoid
from tests.uncompiled import uncompiled
from tests.units import Unit, arrays, normal, randomise

B, T, D, M = 3, 5, 2, 4


@dataclass(frozen=True)
class Everything(Equation):
    """Borrowed and derived matrices, a gate on two vectors, a neuron without x, a learned start.

    s = σ(x_t W_xs + h_{t-1} W_hs + b_s + b_hs)
    q = σ(c_{t-1} W_cq + b_q + b_hq)
    ĥ = tanh(x_t W_xh + b_h + s ⊙ (h_{t-1} W_hh + c_{t-1} W_ch + b_hh) + p ⊙ h_{t-1})
    k = tanh(x_t W_xh + (q ⊙ c_{t-1}) W_hhᵀ + b_k + b_hk)
    a = tanh((x_t W_xa)² + h_{t-1} W_ha + b_a + b_ha)
    c_t = s ⊙ c_{t-1} + (1 - s) ⊙ k;  h_t = ĥ ⊙ q + a ⊙ v_1 + c_t ⊙ v_2
    """

    states = ("h", "c")
    memory = "c"

    activation: Activation = activations.tanh

    initial = {"c": Vector("c_start", initializers.Constant(0.3)), "h": 0.2}  # noqa: RUF012

    @property
    def neurons(self):
        sigmoid = activations.sigmoid
        return (
            Neuron("s", sigmoid, "forget"),
            Neuron("q", sigmoid, "output", reads_input=False),
            Neuron("candidate", self.activation, "candidate"),
            Neuron(
                "k", self.activation, "candidate", weights_of="candidate", recurrent=ops.transpose
            ),
            Neuron("a", self.activation, "candidate", bias_initializer="ones"),
        )

    @property
    def vectors(self):
        return Vector("p"), Vector("v", "ones", count=2)

    def step(self, s, q, candidate, k, a, h, c, p, v):
        s, q = s(h), q(c)
        h_hat = candidate(h, c, gate=s, plus=p * h)
        k = k(q * c)
        a = a.output(ops.square(a.input()) + a.product(h))
        c = s * c + (1 - s) * k
        first, second = ops.split(v, 2)
        return h_hat * q + a * first + c * second, c


class EverythingLayer(EquationLayer, equation=Everything):
    """The layer of `Everything`."""


UNIT = Unit(EverythingLayer)


def step(x, h, c, w):
    """`Everything` in NumPy."""
    W_xs, W_xh, W_xa = parts(w["kernel"], 3)
    W_hs, W_cq, W_hh, W_ch, W_ha = parts(w["recurrent_kernel"], 5)
    (b_s, b_hs), (b_q, b_hq), (b_h, b_hh), (b_k, b_hk), (b_a, b_ha) = parts(w["bias"], 5)
    s = sigmoid(x @ W_xs + h @ W_hs + b_s + b_hs)
    q = sigmoid(c @ W_cq + b_q + b_hq)
    h_hat = np.tanh(x @ W_xh + b_h + s * (h @ W_hh + c @ W_ch + b_hh) + w["p"] * h)
    k = np.tanh(x @ W_xh + (q * c) @ W_hh.T + b_k + b_hk)
    a = np.tanh((x @ W_xa) ** 2 + h @ W_ha + b_a + b_ha)
    c = s * c + (1 - s) * k
    return h_hat * q + a * w["v"][:M] + c * w["v"][M:], c


def test_its_weights_are_those_that_it_declares():
    layer = UNIT.layer(M)
    layer.build((B, T, D))
    assert {name: tuple(w.shape) for name, w in arrays(layer).items()} == {
        "kernel": (D, 3 * M),
        "recurrent_kernel": (M, 5 * M),
        "bias": (2, 5 * M),
        "p": (M,),
        "v": (2 * M,),
        "c_start": (M,),
    }
    weights = arrays(layer)
    np.testing.assert_array_equal(weights["bias"], np.eye(2, 1) * np.repeat([0, 0, 0, 0, 1], M))
    np.testing.assert_array_equal(weights["v"], np.ones(2 * M))
    np.testing.assert_array_equal(weights["c_start"], np.full(M, 0.3, "float32"))


@uncompiled()
def test_it_is_its_docstring():
    """From its own start, with and without a tape; the learned start gets a gradient."""
    rng = np.random.default_rng(1)
    layer = UNIT.layer(M, dtype="float64", return_sequences=True)
    layer.build((B, T, D))
    w, x = arrays(randomise(layer, rng)), normal(rng, B, T, D, dtype="float64")
    h, c = np.full((B, M), 0.2), np.tile(w["c_start"], (B, 1))
    with tf.GradientTape() as tape:
        swept = layer(x)
        loss = tf.reduce_sum(swept)
    predicted = layer(x)
    for t in range(T):
        h, c = step(x[:, t], h, c, w)
        np.testing.assert_allclose(swept[:, t], h, rtol=1e-11)
        np.testing.assert_allclose(predicted[:, t], h, rtol=1e-11)
    gradients = tape.gradient(loss, [v.value for v in layer.trainable_variables])
    assert all(np.any(gradient) for gradient in gradients)


@pytest.mark.parametrize("mask", MASKS)
@uncompiled()
def test_its_gradients_are_those_of_kerass_loop(mask):
    for initial_state, arguments in (
        (True, {"return_sequences": True, "seed": 1}),
        (False, {"seed": 1, "dropout": 0.3, "recurrent_dropout": 0.4, "return_state": True}),
        (False, {"use_bias": False, "seed": 1, "go_backwards": True}),
    ):
        case = Case(B, T, D, M, arguments, mask, initial_state, training=True)
        agree(UNIT, case)


@pytest.mark.slow
def test_compiled():
    agree(UNIT, Case(9, T, D, M, {"return_sequences": True, "seed": 1}), jit_compile=True)
