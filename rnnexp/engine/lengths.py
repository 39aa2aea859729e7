"""Lengths that are not known before the graph runs, rounded up to a few.

XLA compiles anew for every length that it meets, which takes as long as a hundred steps. So
sequences of unknown length are padded to one of these, and only the real part is swept.
"""

import tensorflow as tf

# Four to each doubling, so that at most a quarter is padding.
LENGTHS = (16, 32, 48, 64, *(k * 2**n for n in range(4, 17) for k in (5, 6, 7, 8)))


def padded(x, mask):
    """x (B, T, D) and mask (B, T) or None with T rounded up, and T as it was."""
    T = tf.shape(x)[1]
    fitting = tf.where(T <= LENGTHS, LENGTHS, LENGTHS[-1])
    more = tf.maximum(tf.reduce_min(fitting) - T, 0)
    mask = None if mask is None else tf.pad(mask, [[0, 0], [0, more]])
    return tf.pad(x, [[0, 0], [0, more], [0, 0]]), mask, T
