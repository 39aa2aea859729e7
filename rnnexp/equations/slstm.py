"""The LSTM with exponential gates."""

from dataclasses import dataclass
from typing import ClassVar

from keras import activations, ops

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Gate, Neuron


@dataclass(frozen=True)
class SLSTM(Equation):
    """sLSTM of Beck et al. (2024), arXiv 2405.04517, "xLSTM", equations 8 to 17; one head.

        ĩ = x_t W_xi + h_{t-1} W_hi + b_i
        f̃ = x_t W_xf + h_{t-1} W_hf + b_f
        z = tanh(x_t W_xz + h_{t-1} W_hz + b_z)
        o = σ(x_t W_xo + h_{t-1} W_ho + b_o)
        m_t = max(log σ(f̃) + m_{t-1}, ĩ)
        i = exp(ĩ - m_t)
        f = exp(log σ(f̃) + m_{t-1} - m_t)
        c_t = f ⊙ c_{t-1} + i ⊙ z
        n_t = f ⊙ n_{t-1} + i
        h_t = o ⊙ c_t / n_t

    The input gate is exponential. The state m keeps it in range: i and f here are the paper's i'
    and f', divided by exp(m_t), 0 to 1; h_t does not depend on m. m starts so low that the first
    step sets it to ĩ, as in the authors' code. n is positive after the first step. b_f starts at 1.
    """

    purpose = (
        "The xLSTM's unit with a scalar memory. With its exponential input gate, it can replace "
        "what it stored before."
    )
    pitfalls = (
        "Without the stabilizing state m the exponentials overflow. With it, the larger one of "
        "i and f is always 1, and c means something only beside n. The xLSTM uses several heads "
        "(block-diagonal W_h), a causal convolution and group normalization around this unit, "
        "which are not included."
    )

    states = ("h", "c", "n", "m")
    memory = "c"
    initial: ClassVar = {"m": -1e4}

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("i_tilde", activations.linear, "input"),
            Neuron("f_tilde", activations.linear, "forget", bias_initializer="ones"),
            Neuron("z", self.activation, "candidate"),
            Neuron("o", self.recurrent_activation, "output"),
        )

    @property
    def gates(self):
        return (
            Gate("i", "input", lambda neurons, _, after: ops.exp(neurons.i_tilde - after.m)),
            Gate("f", "forget", self._forget),
            Gate("o", "output"),
        )

    def _forget(self, neurons, before, after):
        return ops.exp(ops.log_sigmoid(neurons.f_tilde) + before.m - after.m)

    def step(self, i_tilde, f_tilde, z, o, h, c, n, m):
        i_tilde = i_tilde(h)
        log_f = ops.log_sigmoid(f_tilde(h)) + m
        m = ops.maximum(log_f, i_tilde)
        i = ops.exp(i_tilde - m)
        f = ops.exp(log_f - m)
        c = f * c + i * z(h)
        n = f * n + i
        return o(h) * c / n, c, n, m
