"""What the sweeps work on."""

from typing import Any, NamedTuple


class Operands(NamedTuple):
    """The tensors of one sweep, time first. G groups, S states, E = D + 1 with a bias, else D.

    inputs: G of (T, B, E), x_t and 1; the same tensor G times unless neurons have their own
        dropout masks.
    matrices: G of (M + E, n M).
    gated_inputs: by gated neuron (T, B, M): x_t W_x + b.
    states: S initial states (B, M).
    mask: (T, B, 1) of bool, or None: where False, the states are copied.
    read_masks: G of (B, M) or None: dropout on the vector that a group reads.
    """

    inputs: tuple[Any, ...]
    matrices: tuple[Any, ...]
    gated_inputs: dict[int, Any]
    states: tuple[Any, ...]
    mask: Any = None
    read_masks: tuple[Any, ...] | None = None
