"""The biases of gates with which a unit at rest has a given retention."""

import numpy as np

from rnnexp.engine.retention import retention_at_rest, retention_signs
from rnnexp.equations import Equation
from rnnexp.layers.retention_targets import logit_range

_TOLERANCE = 1e-5
_WIDEST = 30.0  # no logistic gate changes beyond this bias


def gate_biases(equation: Equation, name: str, logits, before) -> dict:
    """Computes the biases with which the retention at rest is σ(logits).

    Every gate that decides the retention gets the bias s or -s, with one s for each unit, which is
    the logit itself if the gates are logistic. With "chrono" and "uniform", an input gate that does
    not decide the retention gets -logit, as in Tallec & Ollivier (2018). xLSTM leaves it at zero.

    Args:
        equation: The equation.
        name: The name of the distribution.
        logits: What `retention_logits` gives, (M,).
        before: The biases without this, (N, M).

    Returns:
        By the index of the neuron, its bias (M,).
    """
    inputs = [] if name == "power_law" else [n.role == "input" for n in equation.neurons]
    biases = {k: -logits for k, is_input in enumerate(inputs) if is_input}
    return biases | _solved(equation, retention_signs(equation), logits, before)


def check_reachable(equation: Equation, name: str, units: int, horizon) -> None:
    """Checks that the gates of an equation can give every retention of a distribution.

    Args:
        equation: The equation.
        name, units, horizon: See `retention_logits`.

    Raises:
        ValueError: No gate decides the retention, or a retention is out of reach.
    """
    kind, signs = type(equation).__name__, retention_signs(equation)
    if not signs:
        raise ValueError(
            f"gate_bias is {name!r}, and no gate of {kind} decides which fraction of the memory a "
            "step keeps; expected a unit with such a gate, such as GRU or LSTM, or a dict with a "
            "bias for each neuron"
        )
    wanted = _sigmoid(logit_range(name, units, horizon))
    reached = retention_at_rest(
        equation, _set(np.zeros((len(equation.neurons), 2)), signs, np.array([-_WIDEST, _WIDEST]))
    )
    if reached[0] > wanted[0] + _TOLERANCE or reached[1] < wanted[1] - _TOLERANCE:
        raise ValueError(
            f"gate_bias is {name!r}, with which a step keeps {wanted[0]:.3g} to {wanted[1]:.3g} of "
            f"the memory; the gates of {kind} can keep {reached[0]:.3g} to {reached[1]:.3g}"
        )


def _solved(equation, signs, logits, before) -> dict:
    """The biases of the gates that decide the retention: in closed form, else by bisection."""
    wanted = _sigmoid(logits)

    def retention(s):
        return retention_at_rest(equation, _set(before, signs, s))

    s = logits
    if np.abs(retention(s) - wanted).max() > _TOLERANCE:
        low, high = np.full_like(s, -_WIDEST), np.full_like(s, _WIDEST)
        for _ in range(50):
            s = (low + high) / 2
            less = retention(s) < wanted
            low, high = np.where(less, s, low), np.where(less, high, s)
    return {k: sign * s for k, sign in signs.items()}


def _set(before, signs, s):
    return [signs[k] * s if k in signs else bias for k, bias in enumerate(before)]


def _sigmoid(s):
    return 1 / (1 + np.exp(-s))
