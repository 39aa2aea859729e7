"""Rounds lengths that are unknown before the graph runs up to a few values.

XLA compiles again for every new length, which takes as long as a hundred steps. So sequences of
unknown length are padded to one of a few lengths, and only the real timesteps are computed.
"""

import tensorflow as tf

# Four lengths per doubling, so that at most a quarter is padding.
LENGTHS = (16, 32, 48, 64, *(k * 2**n for n in range(4, 17) for k in (5, 6, 7, 8)))


def rounded(T):
    """Returns T, a number or a scalar tensor, rounded up to one of LENGTHS, as a tensor."""
    fitting = tf.reduce_min(tf.where(T <= LENGTHS, LENGTHS, LENGTHS[-1]))
    return tf.maximum(fitting, T)


def padded(x):
    """Pads x (B, T, …) with zeros so that T is rounded up."""
    T = tf.shape(x)[1]
    return tf.pad(x, [[0, 0], [0, rounded(T) - T], *[[0, 0]] * (len(x.shape) - 2)])
