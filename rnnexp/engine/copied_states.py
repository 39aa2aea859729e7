"""States that no timestep reads, in blocks of timesteps with a mask.

Such a state is not among the affine states that are known at the start of every block. A block that
starts with masked timesteps must copy it from an earlier block.
"""

import tensorflow as tf

from rnnexp.engine.blocks import Blocks
from rnnexp.engine.operands import time_first
from rnnexp.engine.scan import Affine, states_before


def _shown(mask):
    """Returns whether a block has had a timestep that is not masked, (B K, L, 1)."""
    return (tf.cumsum(tf.cast(mask, tf.int32), axis=1) > 0)[..., None]


def filled(blocks: Blocks, mask, values, initial):
    """Returns a state (B K, L, M) that no timestep reads, with what masked timesteps copy.

    The mask may start a block, which must then copy the state of an earlier block. `values` are
    those of the blocks, (B K, L, M).
    """
    shown = _shown(mask)
    copies = tf.cast(~shown[:, -1], values.dtype) * tf.ones_like(values[:, -1])
    maps = Affine(((copies,),), ((1 - copies) * values[:, -1],))
    (before,), _ = states_before(blocks.by_block(maps), (initial,))
    return tf.where(shown, values, blocks.batch_first(before)[:, None])


def gradient_after(blocks: Blocks, mask, d_after, d_final):
    """Returns the gradient (B K, M) at the end of each block of a state that no timestep reads.

    It comes from masked timesteps at the start of later blocks, which copy the state.
    """
    shown = time_first(_shown(mask))
    copies = tf.cast(~shown[-1], d_after.dtype) * tf.ones_like(d_after[0])
    copied = tf.reduce_sum(tf.where(shown, tf.zeros_like(d_after), d_after), 0)
    maps = Affine(((copies,),), (copied,))
    (after,), _ = states_before(blocks.by_block(maps), (d_final,), reverse=True)
    return blocks.batch_first(after)
