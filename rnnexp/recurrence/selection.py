"""Which entries of a long dimension are shown."""

from collections.abc import Sequence
from math import prod

MOST = 256  # entries of a dimension, unless a request names another number
MOST_ALLOWED = 4096
MOST_NUMBERS = 2**18  # of a whole answer: a megabyte


def evenly(size: int, most: int) -> tuple[slice, ...]:
    """Select at most `most` of `size` entries at even distances, with the first and the last.

    Args:
        size: Number of entries.
        most: Largest number that is selected; with 1 it is the last one.

    Returns:
        Slices, to be taken one after the other.
    """
    if size <= most:
        return (slice(0, size, 1),)
    last = slice(size - 1, size, 1)
    if most == 1:
        return (last,)
    stride = -(-(size - 1) // (most - 1))
    strided = slice(0, size, stride)
    return (strided,) if (size - 1) % stride == 0 else (strided, last)


def indices(size: int, slices: Sequence[slice]) -> list[int]:
    """The entries that slices select."""
    return [i for part in slices for i in range(*part.indices(size))]


def within(sizes: Sequence[int], most: Sequence[int], numbers: int = MOST_NUMBERS) -> list[int]:
    """Lower the largest numbers of entries until their product is allowed.

    Args:
        sizes: Number of entries of each dimension.
        most: Largest number that is selected of each.
        numbers: Largest product.

    Returns:
        The largest number of each dimension; their product is at most `numbers`.
    """
    lowered = [min(pair) for pair in zip(sizes, most, strict=True)]
    while prod(lowered) > numbers:
        longest = lowered.index(max(lowered))
        rest = prod(lowered) // lowered[longest]
        # Not below the half at once: the next dimension may by then be the longest.
        lowered[longest] = max(numbers // rest, lowered[longest] // 2)
    return lowered
