"""What the sweeps work on."""

from typing import Any, NamedTuple

import tensorflow as tf


class Operands(NamedTuple):
    """The tensors of one sweep, time first. G groups, S states, E = D + 1 with a bias, else D.

    inputs: G of (T, B, E), x_t and 1; the same tensor G times unless neurons have their own
        dropout masks.
    matrices: G of (M + E, n M).
    gated_inputs: by gated neuron (T, B, M): x_t W_x + b.
    states: S initial states (B, M).
    mask: (T, B, 1) of bool, or None: where False, the states are copied.
    read_masks: G of (B, M) or None: dropout on the vector that a group reads.
    length: how many of the T timesteps there are, the others being padding; None for all.
    """

    inputs: tuple[Any, ...]
    matrices: tuple[Any, ...]
    gated_inputs: dict[int, Any]
    states: tuple[Any, ...]
    mask: Any = None
    read_masks: tuple[Any, ...] | None = None
    length: Any = None

    @property
    def timesteps(self):
        """T, padding and all: a number where it is known before the graph runs."""
        return self.inputs[0].shape[0] or tf.shape(self.inputs[0])[0]

    @property
    def last(self):
        """How many timesteps are swept, as a tensor."""
        return tf.convert_to_tensor(self.timesteps if self.length is None else self.length)
