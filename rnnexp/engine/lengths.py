"""Lengths that are not known before the graph runs, rounded up to a few.

XLA compiles anew for every length that it meets, which takes as long as a hundred steps. So
sequences of unknown length are padded to one of these, and only the real part is computed.
"""

import tensorflow as tf

# Four to each doubling, so that at most a quarter is padding.
LENGTHS = (16, 32, 48, 64, *(k * 2**n for n in range(4, 17) for k in (5, 6, 7, 8)))


def rounded(T):
    """T, a number or a tensor of one, rounded up; as a tensor."""
    fitting = tf.reduce_min(tf.where(T <= LENGTHS, LENGTHS, LENGTHS[-1]))
    return tf.maximum(fitting, T)


def padded(x):
    """x (B, T, …) with T rounded up."""
    T = tf.shape(x)[1]
    return tf.pad(x, [[0, 0], [0, rounded(T) - T], *[[0, 0]] * (len(x.shape) - 2)])
