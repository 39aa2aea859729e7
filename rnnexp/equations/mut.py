"""The three units that an evolutionary search over ten thousand architectures found."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron

_PURPOSE = (
    "One of the three best units of an evolutionary search. They show which parts of a GRU can be "
    "changed without a loss of accuracy."
)


@dataclass(frozen=True)
class MUT1(Equation):
    """Jozefowicz et al. (2015), "An empirical exploration of recurrent network architectures".

        z = σ(x_t W_xz + b_z)
        r = σ(x_t W_xr + h_{t-1} W_hr + b_r)
        ĥ = tanh((r ⊙ h_{t-1}) W_hh + tanh(x_t W_xh) + b_h)
        h_t = (1 - z) ⊙ h_{t-1} + z ⊙ ĥ

    A GRU whose update gate does not read the state. z = 1 takes the candidate. The paper has
    tanh(x_t) without a matrix; with W_xh = I and D = M this is the paper's. The recurrent kernel
    (M, 2M) holds W_hr, then W_hh.
    """

    purpose = _PURPOSE
    pitfalls = (
        "The paper adds tanh(x_t) without a matrix, which needs D = M. Here, as in other "
        "implementations, x_t enters through W_xc. The bias b_c is outside the inner tanh."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("z", self.recurrent_activation, "update"),
            Neuron("r", self.recurrent_activation, "reset"),
            Neuron("candidate", self.activation, "candidate"),
        )

    def step(self, z, r, candidate, h):
        z = z()
        from_input = self.activation(candidate.input())
        candidate = candidate.output(candidate.product(r(h) * h) + from_input)
        return (1 - z) * h + z * candidate


@dataclass(frozen=True)
class MUT2(MUT1):
    """Jozefowicz et al. (2015), "An empirical exploration of recurrent network architectures".

        z = σ(x_t W_xz + h_{t-1} W_hz + b_z)
        r = σ(x_t W_xr + h_{t-1} W_hr + b_r)
        ĥ = tanh(x_t W_xh + (r ⊙ h_{t-1}) W_hh + b_h)
        h_t = (1 - z) ⊙ h_{t-1} + z ⊙ ĥ

    z = 1 takes the candidate. The paper's reset gate has x_t without a matrix; with W_xr = I and
    D = M this is the paper's. With a free W_xr, as here, it is the GRU of Chung et al. (2014).
    """

    purpose = _PURPOSE
    pitfalls = (
        "The paper's reset gate adds x_t without a matrix, which needs D = M. With a matrix, as "
        "here and in other implementations, the unit computes what a GRU computes."
    )

    def step(self, z, r, candidate, h):
        z = z(h)
        return (1 - z) * h + z * candidate(r(h) * h)


@dataclass(frozen=True)
class MUT3(MUT1):
    """Jozefowicz et al. (2015), "An empirical exploration of recurrent network architectures".

        z = σ(x_t W_xz + tanh(h_{t-1}) W_hz + b_z)
        r = σ(x_t W_xr + h_{t-1} W_hr + b_r)
        ĥ = tanh(x_t W_xh + (r ⊙ h_{t-1}) W_hh + b_h)
        h_t = (1 - z) ⊙ h_{t-1} + z ⊙ ĥ

    A GRU whose update gate reads tanh(h_{t-1}). z = 1 takes the candidate.
    """

    purpose = _PURPOSE
    pitfalls = (
        "Only the update gate reads tanh(h): the reset gate and the mixture read h itself. "
        "z = 1 takes the candidate, unlike z in Keras's GRU."
    )

    def step(self, z, r, candidate, h):
        z = z(self.activation(h))
        return (1 - z) * h + z * candidate(r(h) * h)
