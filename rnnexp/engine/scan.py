"""Affine maps of states, and the scan that applies many of them one after the other.

Two affine maps in a row are one affine map, so they can be composed in any grouping: K of them take
log2(K) rounds (Hillis & Steele 1986; Blelloch 1990, "Prefix sums and their applications").
"""

from typing import Any, NamedTuple

import tensorflow as tf


class Affine(NamedTuple):
    """Maps s ↦ A s + b of S states, where A is diagonal over the units.

    Attributes:
        matrix: S rows of S tensors (…, M): the factor of each state in each state. None is zero.
        offset: S tensors (…, M).
    """

    matrix: tuple[tuple[Any, ...], ...]
    offset: tuple[Any, ...]

    def __call__(self, states):
        """Returns A s + b for S states (…, M)."""
        return tuple(
            sum((a * s for a, s in zip(row, states, strict=True) if a is not None), start=b)
            for row, b in zip(self.matrix, self.offset, strict=True)
        )

    def after(self, first: "Affine") -> "Affine":
        """Returns the maps that apply `first` and then these."""
        columns = list(zip(*first.matrix, strict=True))
        matrix = tuple(tuple(_product(row, column) for column in columns) for row in self.matrix)
        return Affine(matrix, self(first.offset))


def _product(row, column):
    terms = [a * b for a, b in zip(row, column, strict=True) if a is not None and b is not None]
    return sum(terms[1:], start=terms[0]) if terms else None


def identity(states) -> Affine:
    """Returns the maps that change nothing, for states like these S (…, M)."""
    zeros = tuple(map(tf.zeros_like, states))
    matrix = tuple(
        tuple(tf.ones_like(s) if i == j else tf.zeros_like(s) for j in range(len(states)))
        for i, s in enumerate(states)
    )
    return Affine(matrix, zeros)


def states_before(maps: Affine, states, reverse=False):
    """Applies K maps one after the other.

    Args:
        maps: The maps, tensors (K, B, M) without None.
        states: The states before the first map, S of (B, M).
        reverse: Whether to go from the last map to the first.

    Returns:
        The states before each map, S of (K, B, M), and after the last one, S of (B, M).
    """
    if reverse:
        maps = tf.nest.map_structure(lambda a: tf.reverse(a, [0]), maps)
    after = _composed(maps)(tuple(s[None] for s in states))
    before = [tf.concat([s[None], a[:-1]], 0) for s, a in zip(states, after, strict=True)]
    if reverse:
        before = [tf.reverse(b, [0]) for b in before]
    return tuple(before), tuple(a[-1] for a in after)


def _composed(maps: Affine) -> Affine:
    """Returns for each k the map that applies the maps 0 … k."""
    K = maps.offset[0].shape[0]
    K = tf.shape(maps.offset[0])[0] if K is None else K
    position = tf.range(K)[:, None, None]

    def round_of(distance, maps):
        source = tf.maximum(tf.range(K) - distance, 0)
        both = maps.after(tf.nest.map_structure(lambda a: tf.gather(a, source), maps))
        return 2 * distance, tf.nest.map_structure(
            lambda new, old: tf.where(position >= distance, new, old), both, maps
        )

    _, maps = tf.while_loop(lambda d, _: d < K, round_of, (tf.constant(1), maps))
    return maps
