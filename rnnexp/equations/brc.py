"""The bistable recurrent cells, in which each unit can hold one of two values by itself."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Gate, Neuron, Vector

_FEEDBACK = (
    "Half the strength 1 + a with which a unit excites itself: at 0 the candidate does not read "
    "the old state; above 0.5 the unit has two stable values and can hold one of them without "
    "inputs."
)


def _neurons(equation) -> tuple[Neuron, ...]:
    return (
        Neuron("a", equation.feedback_activation, "reset"),
        Neuron("c", equation.recurrent_activation, "update"),
        Neuron("candidate", equation.activation, "candidate"),
    )


def _gates() -> tuple[Gate, ...]:
    feedback = Gate("feedback", "reset", lambda neurons, _, __: (1 + neurons.a) / 2, _FEEDBACK)
    return feedback, Gate("c", "update")


@dataclass(frozen=True)
class BRC(Equation):
    """BRC of Vecoven, Ernst & Drion (2021), arXiv 2006.05252: the bistable recurrent cell.

        a = tanh(x_t W_xa + w_a ⊙ h_{t-1} + b_a)
        c = σ(x_t W_xc + w_c ⊙ h_{t-1} + b_c)
        ĥ = tanh(x_t W_xh + (1 + a) ⊙ h_{t-1} + b_h)
        h_t = c ⊙ h_{t-1} + (1 - c) ⊙ ĥ

    Each unit reads its own past alone, through the vectors w_a and w_c (M,), which start at 1.
    1 + a is the paper's a, 0 to 2: where it is above 1, the unit is bistable. c = 1 keeps the old
    state. The authors' code has no bias b_h; it starts at 0. There is no recurrent kernel.

    Attributes:
        feedback_activation: Of a, -1 to 1.
    """

    purpose = (
        "Long memory that does not fade: a unit holds one of two stable values for as long as its "
        "gates let it, by itself."
    )
    pitfalls = (
        "The units do not see each other within a layer: stack layers, or use the NBRC. The memory "
        "holds a sign rather than a number."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid
    feedback_activation: Activation = activations.tanh

    @property
    def neurons(self):
        return _neurons(self)

    @property
    def vectors(self):
        return Vector("w_a", "ones"), Vector("w_c", "ones")

    @property
    def gates(self):
        return _gates()

    def step(self, a, c, candidate, h, w_a, w_c):
        a, c = a(plus=w_a * h), c(plus=w_c * h)
        return c * h + (1 - c) * candidate(plus=(1 + a) * h)


@dataclass(frozen=True)
class NBRC(Equation):
    """nBRC of Vecoven, Ernst & Drion (2021), arXiv 2006.05252: the neuromodulated bistable cell.

        a = tanh(x_t W_xa + h_{t-1} W_ha + b_a)
        c = σ(x_t W_xc + h_{t-1} W_hc + b_c)
        ĥ = tanh(x_t W_xh + (1 + a) ⊙ h_{t-1} + b_h)
        h_t = c ⊙ h_{t-1} + (1 - c) ⊙ ĥ

    `BRC` whose a and c read all units: the layer modulates how bistable each unit is. c = 1 keeps
    the old state. The recurrent kernel (M, 2M) holds W_ha, then W_hc.

    Attributes:
        feedback_activation: Of a, -1 to 1.
    """

    purpose = (
        "Long memory that does not fade, with units that set each other's gates: what the paper "
        "uses for its hard tasks."
    )
    pitfalls = (
        "The candidate reads its own unit's state alone, through 1 + a and no matrix. c = 1 keeps, "
        "as in Keras's GRU. The authors start W_ha and W_hc by Glorot's rule, not orthogonal."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid
    feedback_activation: Activation = activations.tanh

    @property
    def neurons(self):
        return _neurons(self)

    @property
    def gates(self):
        return _gates()

    def step(self, a, c, candidate, h):
        a, c = a(h), c(h)
        return c * h + (1 - c) * candidate(plus=(1 + a) * h)
