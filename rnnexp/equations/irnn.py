"""The simple unit with rectifiers that starts as the identity."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation
from rnnexp.equations.parts import Neuron
from rnnexp.equations.simple_rnn import SimpleRNN


@dataclass(frozen=True)
class IRNN(SimpleRNN):
    """IRNN of Le, Jaitly & Hinton (2015), arXiv 1504.00941.

        h_t = ReLU(x_t W_x + h_{t-1} W_h + b)

    `SimpleRNN` with a ReLU, and with W_h = I and b = 0 before training: an untrained unit with no
    input keeps a state that is not negative. The layer's recurrent_initializer={"candidate": …}
    starts it differently.
    """

    purpose = (
        "A simple unit without gates that can learn long dependencies. It shows how much of the "
        "advantage of gated units is a matter of initialization."
    )
    pitfalls = (
        "States and gradients explode easily; the paper clips gradients and uses learning rates "
        "down to 1e-8. Without the identity as the initial W_h it is a plain ReLU unit."
    )

    activation: Activation = activations.relu

    @property
    def neurons(self):
        return (
            Neuron("candidate", self.activation, "candidate", recurrent_initializer="identity"),
        )
