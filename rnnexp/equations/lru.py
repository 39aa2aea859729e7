"""The linear recurrent unit: complex, diagonal, without an activation."""

from dataclasses import dataclass

import keras
from keras import activations, ops

from rnnexp.equations.equation import Equation
from rnnexp.equations.parts import Neuron, Vector

_EDGE = 1e-6

# C of the authors: normal, with variance 1 / M.
_NORMAL = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1.0, "mode": "fan_in", "distribution": "untruncated_normal"},
}


def _uniform(seed) -> keras.initializers.RandomUniform:
    """Draws from 0 to 1, without the ends, of which the logarithms are infinite."""
    return keras.initializers.RandomUniform(_EDGE, 1 - _EDGE, seed)


@keras.saving.register_keras_serializable("rnnexp")
class LRURing(keras.initializers.Initializer):
    """log ν and log γ (2M,) of an LRU whose λ are uniform in the ring r_min ≤ |λ| ≤ r_max.

    Both come from one draw: γ = √(1 - |λ|²) starts as that of the drawn λ.

    Args:
        r_min: The smallest |λ|, 0 to 1.
        r_max: The largest |λ|, 0 to 1.
        seed: Of the draw, as of all initializers of Keras.
    """

    def __init__(self, r_min=0.0, r_max=1.0, seed=None):
        self.r_min, self.r_max, self.seed = r_min, r_max, seed
        self._uniform = _uniform(seed)

    def __call__(self, shape, dtype=None):
        u = self._uniform((shape[0] // 2,), dtype)
        squared = u * (self.r_max**2 - self.r_min**2) + self.r_min**2
        log_nu = ops.log(-0.5 * ops.log(squared))
        log_gamma = 0.5 * ops.log(1 - squared)
        return ops.concatenate([log_nu, log_gamma])

    def get_config(self):
        return {"r_min": self.r_min, "r_max": self.r_max, "seed": self.seed}


@keras.saving.register_keras_serializable("rnnexp")
class LRUPhase(keras.initializers.Initializer):
    """log θ (M,) of an LRU whose phases θ are uniform between 0 and max_phase.

    Args:
        max_phase: The largest phase in radians, above 0.
        seed: Of the draw, as of all initializers of Keras.
    """

    def __init__(self, max_phase=6.28, seed=None):
        self.max_phase, self.seed = max_phase, seed
        self._uniform = _uniform(seed)

    def __call__(self, shape, dtype=None):
        return ops.log(self.max_phase * self._uniform(shape, dtype))

    def get_config(self):
        return {"max_phase": self.max_phase, "seed": self.seed}


@dataclass(frozen=True)
class LRU(Equation):
    """LRU of Orvieto et al. (2023), arXiv 2303.06349.

        λ = exp(-ν + iθ), with ν = exp(log ν), θ = exp(log θ), γ = exp(log γ)
        re_t = Re λ ⊙ re_{t-1} - Im λ ⊙ im_{t-1} + γ ⊙ (x_t W_re)
        im_t = Im λ ⊙ re_{t-1} + Re λ ⊙ im_{t-1} + γ ⊙ (x_t W_im)
        y_t = x_t W_xo + re_t W_ho + im_t W_h2o

    The state re + i im is complex and each of its units sees itself alone, times λ, |λ| < 1. There
    is no activation: a stack needs one between the layers. W_re and W_im are the paper's B, W_ho
    and -W_h2o its C, W_xo its D, which is diagonal and needs D = M there. The paper has no biases,
    which is `use_bias=False`.

    log ν and log γ are the halves of one vector, log_nu_gamma, because γ starts at √(1 - |λ|²) of
    the drawn λ; both are learned. λ starts uniformly in the ring r_min ≤ |λ| ≤ r_max, with phases
    uniform in 0 to max_phase. The memory is re, of which a step keeps Re λ.

    Attributes:
        r_min: The smallest |λ| at the start, 0 or more.
        r_max: The largest |λ| at the start, above r_min, at most 1.
        max_phase: The largest phase θ of λ at the start, in radians, above 0.
    """

    states = ("y", "re", "im")
    memory = "re"
    purpose = (
        "Long sequences, which a parallel scan computes: a linear recurrence that its parameters "
        "keep stable. It does what a deep state space model does, without a discretisation."
    )
    pitfalls = (
        "One layer is linear: put an activation or a gated linear unit between layers, as the "
        "paper does. For long sequences start with r_min near 1 and a small max_phase. The "
        "paper has no biases (use_bias=False, as in model=lru)."
    )

    r_min: float = 0.0
    r_max: float = 1.0
    max_phase: float = 6.28

    def __post_init__(self):
        self.check_numbers(least=0, r_min=self.r_min, r_max=self.r_max)
        self.check_numbers(above=0, max_phase=self.max_phase)
        if not self.r_min < self.r_max <= 1:
            raise ValueError(
                f"r_min is {self.r_min!r} and r_max is {self.r_max!r}; expected r_min below r_max, "
                "and r_max at most 1"
            )

    @property
    def neurons(self):
        return (
            Neuron("u_re", activations.linear, "candidate"),
            Neuron("u_im", activations.linear, "candidate"),
            Neuron("out", activations.linear, "candidate", recurrent_initializer=_NORMAL),
        )

    @property
    def vectors(self):
        ring = _config(LRURing, r_min=self.r_min, r_max=self.r_max)
        return (
            Vector("log_nu_gamma", ring, count=2),
            Vector("log_theta", _config(LRUPhase, max_phase=self.max_phase)),
        )

    def step(self, u_re, u_im, out, y, re, im, log_nu_gamma, log_theta):
        log_nu, log_gamma = ops.split(log_nu_gamma, 2, axis=-1)
        size, phase, gamma = ops.exp(-ops.exp(log_nu)), ops.exp(log_theta), ops.exp(log_gamma)
        lambda_re, lambda_im = size * ops.cos(phase), size * ops.sin(phase)
        next_re = lambda_re * re - lambda_im * im + gamma * u_re()
        next_im = lambda_im * re + lambda_re * im + gamma * u_im()
        return out(next_re, next_im), next_re, next_im


def _config(initializer: type, **arguments) -> dict:
    """An initializer as a config: made anew, with a seed of its own, for every layer."""
    return {
        "module": initializer.__module__,
        "class_name": initializer.__name__,
        "config": arguments,
        "registered_name": f"rnnexp>{initializer.__name__}",
    }
