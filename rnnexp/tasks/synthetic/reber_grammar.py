"""Reber's grammar as a table, and strings that are drawn from it."""

from functools import cache

import numpy as np

SYMBOLS = "BTSXPVE"
SHORTEST = 5
"""The number of symbols of the shortest string, such as BTXSE."""
END = 7
"""The state after the last symbol. The first state is 0."""
EDGES = {
    0: (("B", 1), ("B", 1)),
    1: (("T", 2), ("P", 3)),
    2: (("S", 2), ("X", 4)),
    3: (("T", 3), ("V", 5)),
    4: (("X", 3), ("S", 6)),
    5: (("P", 4), ("V", 6)),
    6: (("E", END), ("E", END)),
}
"""The two symbols that may follow in a state, equally likely, and the states they lead to.

Source: Reber (1967), with the letters of Cleeremans, Servan-Schreiber and McClelland (1989).
"""

# At the end, nothing follows: symbol -1.
_SYMBOL = np.array([[SYMBOLS.index(s) for s, _ in edges] for edges in EDGES.values()] + [[-1, -1]])
_NEXT = np.array([[state for _, state in edges] for edges in EDGES.values()] + [[END, END]])
LEGAL = np.zeros((END + 1, len(SYMBOLS)), dtype=np.float32)
"""Which symbols may follow in each state."""
np.put_along_axis(LEGAL[:END], _SYMBOL[:END], 1, axis=1)


def ends_within(longest: int) -> float:
    """Return the share of all strings that have at most `longest` symbols."""
    reached = np.zeros(END + 1)
    reached[END] = 1
    for _ in range(longest):
        reached = reached[_NEXT].mean(axis=1)
    return float(reached[0])


def draw_strings(
    rng: np.random.Generator, number: int, longest: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw strings, and draw those again that are longer than `longest`.

    Returns:
        The indices of the symbols (number, longest) int32, -1 after the end; and the states after
        each symbol (number, longest).
    """
    symbols, states = _walk(rng, number, longest)
    while len(endless := np.flatnonzero(states[:, -1] != END)):
        symbols[endless], states[endless] = _walk(rng, len(endless), longest)
    return symbols, states


BITS = 8
"""How many edges one random byte chooses, so that a walk takes few steps of NumPy."""


@cache
def _paths() -> tuple[np.ndarray, np.ndarray]:
    """The symbols and states (states × 256, BITS) that each state and byte lead to."""
    state = np.repeat(np.arange(END + 1), 2**BITS)
    byte = np.tile(np.arange(2**BITS), END + 1)
    symbols = np.empty((len(state), BITS), dtype=np.int32)
    states = np.empty((len(state), BITS), dtype=np.intp)
    for bit in range(BITS):
        edge = byte >> bit & 1
        symbols[:, bit] = _SYMBOL[state, edge]
        state = states[:, bit] = _NEXT[state, edge]
    return symbols, states


def _walk(rng: np.random.Generator, number: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    symbols, states = _paths()
    paths = rng.integers(2**BITS, size=(number, -(-steps // BITS)))
    state = np.zeros(number, dtype=np.intp)
    for path in paths.T:
        path += 2**BITS * state
        state = states[path, -1]
    shape = (number, paths.size // number * BITS)
    return symbols[paths].reshape(shape)[:, :steps], states[paths].reshape(shape)[:, :steps]
