"""The LSTM with layer normalisation."""

from dataclasses import dataclass

from keras import activations, ops

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.layer_norm import normalized
from rnnexp.equations.parts import Neuron, Vector


@dataclass(frozen=True)
class LayerNormLSTM(Equation):
    """Ba, Kiros & Hinton (2016), arXiv 1607.06450, equations 20 to 22.

        [a_i, a_f, a_c, a_o] = LN(h_{t-1} W_h; g_h) + LN(x_t W_x; g_x) + b
        i, f, o = σ(a_i), σ(a_f), σ(a_o)
        ĉ = tanh(a_c)
        c_t = f ⊙ c_{t-1} + i ⊙ ĉ
        h_t = o ⊙ tanh(LN(c_t; g_c, b_c))

    LN(a; g) = g ⊙ (a - mean(a)) / √(variance(a) + ε), over all 4M numbers of a product at once, and
    over the M numbers of c_t. The shifts of the first two are in b. c_t itself is not normalised.
    b_f starts at 1.

    Attributes:
        epsilon: ε, above 0.
    """

    purpose = (
        "An LSTM that is normalized in every timestep, for stable training with small batches or "
        "long sequences."
    )
    pitfalls = (
        "The output reads a normalized c_t, but the memory itself is not normalized; TensorFlow "
        "Addons stores the normalized one."
    )

    states = ("h", "c")
    memory = "c"

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid
    epsilon: float = 1e-5

    def __post_init__(self):
        self.check_numbers(above=0, epsilon=self.epsilon)

    @property
    def neurons(self):
        return (
            Neuron("i", self.recurrent_activation, "input"),
            Neuron("f", self.recurrent_activation, "forget", bias_initializer="ones"),
            Neuron("candidate", self.activation, "candidate"),
            Neuron("o", self.recurrent_activation, "output"),
        )

    @property
    def vectors(self):
        return (
            Vector("g_h", "ones", count=4),
            Vector("g_x", "ones", count=4),
            Vector("g_c", "ones"),
            Vector("b_c"),
        )

    def step(self, i, f, candidate, o, h, c, g_h, g_x, g_c, b_c):
        neurons = (i, f, candidate, o)
        from_h = ops.concatenate([neuron.product(h) for neuron in neurons], axis=-1)
        from_x = ops.concatenate([neuron.input() for neuron in neurons], axis=-1)
        a = self._normalized(from_h, g_h) + self._normalized(from_x, g_x)
        parts = ops.split(a, 4, axis=-1)
        i, f, candidate, o = (n.output(part) for n, part in zip(neurons, parts, strict=True))
        c = f * c + i * candidate
        h = o * self.activation(self._normalized(c, g_c) + b_c)
        return h, c

    def _normalized(self, a, gain):
        return normalized(a, gain, self.epsilon)
