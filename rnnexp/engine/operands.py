"""What the sweeps work on."""

from typing import Any, NamedTuple

import tensorflow as tf

from rnnexp.engine.weights import with_ones


class Operands(NamedTuple):
    """The tensors of one sweep. G groups, S states, E = D + 1 with a bias, else D.

    inputs: x of (B, T, D): one for all groups, or one for each under dropout masks of their own.
    matrices: G of (M + E, n M): what multiplies [v; x_t; 1].
    gated_inputs: by gated neuron (B, T, M): x_t W_x + b.
    states: S initial states (B, M).
    mask: (B, T) of bool, or None: where False, the states are copied.
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


class TimeFirst:
    """The operands as the loops index them: by timestep."""

    def __init__(self, operands: Operands):
        units = operands.states[0].shape[-1]
        features = operands.inputs[0].shape[-1]
        biased = operands.matrices[0].shape[0] > units + features
        self.inputs = [time_first(with_ones(x) if biased else x) for x in operands.inputs]
        self.gated_inputs = {k: time_first(v) for k, v in operands.gated_inputs.items()}
        self.mask = None if operands.mask is None else tf.transpose(operands.mask)[:, :, None]
        self.timesteps = self.inputs[0].shape[0] or tf.shape(self.inputs[0])[0]
        length = self.timesteps if operands.length is None else operands.length
        self.length = tf.convert_to_tensor(length)

    def input(self, g):
        """What group g sees of x, with ones, (T, B, E)."""
        return self.inputs[g % len(self.inputs)]

    def at(self, t):
        """Mask (B, 1) or None, and gated inputs by neuron (B, M), of timestep t."""
        mask = None if self.mask is None else self.mask[t]
        return mask, {k: v[t] for k, v in self.gated_inputs.items()}


def time_first(x):
    """(B, T, …) as (T, B, …), and back."""
    return tf.transpose(x, [1, 0, 2])


def dropped(operands: Operands, g, v):
    """What group g reads of v (…, B, M) under dropout."""
    return v if operands.read_masks is None else v * operands.read_masks[g]
