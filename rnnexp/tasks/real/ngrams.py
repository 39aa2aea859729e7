"""How well the last few symbols foretell the next one: a model of counts to compare with."""

import numpy as np


def bits_per_symbol(train: np.ndarray, rows: np.ndarray, order: int, size: int) -> float:
    """Return the mean of -log2 p(symbol) over all symbols of `rows` but the first of each.

    p(symbol) comes from the counts in `train` of what follows the last `order` symbols, or as many
    as the row has before the symbol. It is interpolated with the p of a context that is shorter by
    one symbol, and so on down to equal probabilities for all symbols:

        p(s | c) = (count(c s) + kinds(c) p(s | shorter c)) / (count(c) + kinds(c))

    kinds(c) is the number of different symbols that follow c in `train`. A context that does not
    occur there leaves p as it is.

    Source: method C of Bell, Cleary and Witten (1990), as interpolated by Witten and Bell (1991).

    Args:
        train: (n,) whole numbers from 0 to size - 1, one sequence, n at least 1.
        rows: (N, T + 1) such numbers. The rows do not continue each other.
        order: The number of symbols in the longest context, at least 0. 0 counts symbols alone.
        size: The number of different symbols.
    """
    sequence = train[np.newaxis].astype(np.int64)
    rows = rows.astype(np.int64)
    contexts = np.zeros_like(sequence), np.zeros_like(rows)
    probability = np.full(rows.shape, 1 / size)
    for length in range(min(order, len(train) - 1) + 1):
        # The first symbols of a row have no context of this length.
        seen, asked = (
            (context * size + symbols[:, length:])
            for context, symbols in zip(contexts, (sequence, rows), strict=True)
        )
        probability[:, length:] = _interpolated(seen, asked, size, probability[:, length:])
        contexts = _numbered(seen[:, :-1], asked[:, :-1])
    return float(-np.log2(probability[:, 1:]).mean())


def _interpolated(
    seen: np.ndarray, asked: np.ndarray, size: int, shorter: np.ndarray
) -> np.ndarray:
    """Return p of each pair of a context and a symbol, numbered context · size + symbol."""
    pairs, counts = np.unique(seen, return_counts=True)
    number = max(seen.max(initial=0), asked.max(initial=0)) // size + 1
    total = np.bincount(pairs // size, weights=counts, minlength=number)
    kinds = np.bincount(pairs // size, minlength=number)
    place = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
    count = np.where(pairs[place] == asked, counts[place], 0)
    context = asked // size
    known = kinds[context] > 0
    denominator = np.where(known, total[context] + kinds[context], 1)
    return np.where(known, (count + kinds[context] * shorter) / denominator, shorter)


def _numbered(*pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs as contexts that are longer by one symbol, numbered from 0 in both."""
    _, numbers = np.unique(np.concatenate([part.ravel() for part in pairs]), return_inverse=True)
    first, second = np.split(numbers, [pairs[0].size])
    return first.reshape(pairs[0].shape), second.reshape(pairs[1].shape)
