"""The recurrent unit whose recurrent matrix is antisymmetric."""

from dataclasses import dataclass

from keras import activations, ops

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class AntisymmetricRNN(Equation):
    """Chang, Chen, Haber & Chi (2019), arXiv 1902.09689, equation 11.

        h_t = h_{t-1} + ε tanh(x_t W_x + h_{t-1} (W_h - W_hᵀ - γ I) + b)

    The eigenvalues of W_h - W_hᵀ are imaginary, so that a change of the state neither fades nor
    grows; γ adds a little fading, which keeps the steps of size ε stable.

    Attributes:
        step_size: ε, above 0.
        diffusion: γ, 0 or more.
    """

    purpose = (
        "A unit without gates whose matrix W_h - W_hᵀ is antisymmetric, so that a change of the "
        "state neither fades nor grows. It was proposed for long sequences."
    )
    pitfalls = (
        "It moves by at most step_size in each step, so a small step_size on a short sequence "
        "learns almost nothing."
    )

    activation: Activation = activations.tanh
    step_size: float = 0.01
    diffusion: float = 0.01

    def __post_init__(self):
        self.check_numbers(above=0, step_size=self.step_size)
        self.check_numbers(least=0, diffusion=self.diffusion)

    @property
    def neurons(self):
        return (Neuron("candidate", self.activation, "candidate", recurrent=self.antisymmetric),)

    def antisymmetric(self, W):
        """W - Wᵀ - diffusion I."""
        return W - ops.transpose(W) - self.diffusion * ops.eye(W.shape[0], dtype=W.dtype)

    def step(self, candidate, h):
        return h + self.step_size * candidate(h)
