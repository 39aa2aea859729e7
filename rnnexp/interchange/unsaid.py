"""Options of rnnexp's layers that neither Keras's layers nor PyTorch's modules have."""

from collections.abc import Mapping
from typing import Any

# With the reason why it matters after training.
OPTIONS = {
    "learn_initial_state": "a trained vector where each state starts",
    "residual": "the output h_t + x_t",
    "zoneout": "a share of the old state that each timestep keeps",
}
# They change nothing once there are weights.
INITIAL = ("gate_bias", "horizon")


def unsaid(arguments: Mapping[str, Any]) -> str | None:
    """Returns which of the arguments of a layer cannot be converted, and why; None if all can."""
    for name, reason in OPTIONS.items():
        if arguments.get(name):
            return f"has {name}={arguments[name]!r}, which is {reason}"
    return None


def without_options(config: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a layer's config without the arguments that rnnexp's layers alone have."""
    return {k: v for k, v in config.items() if k not in (*OPTIONS, *INITIAL)}
