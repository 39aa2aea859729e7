"""A model of counts by the definition of its probabilities, one symbol at a time."""

from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np


def probability(train: list[int], context: list[int], symbol: int, size: int) -> Fraction:
    """p(symbol | context), by the recursive definition of Witten and Bell."""
    follows = defaultdict(Counter)
    for place in range(len(context), len(train)):
        follows[tuple(train[place - len(context) : place])][train[place]] += 1
    shorter = probability(train, context[1:], symbol, size) if context else Fraction(1, size)
    seen = follows[tuple(context)]
    if not seen:
        return shorter
    return (seen[symbol] + len(seen) * shorter) / (seen.total() + len(seen))


def mean_bits(train, rows, order, size) -> float:
    bits = [
        -np.log2(float(probability(train, row[max(place - order, 0) : place], row[place], size)))
        for row in rows
        for place in range(1, len(row))
    ]
    return float(np.mean(bits))
