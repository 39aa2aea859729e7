"""Which sizes of batches come often enough to be compiled.

XLA takes seconds of processor time to compile a loop, and then halves the time of a step or better.
So a layer's calls are counted by size, and a size is compiled when it has taken as much time as
makes the seconds small. What decides is the estimated time of the work alone and no clock, so that
a seed repeats itself to the last bit.
"""

from collections import Counter
from weakref import WeakKeyDictionary, WeakSet

import tensorflow as tf

from rnnexp.engine import context
from rnnexp.engine.lengths import rounded

PATIENCE = 15.0  # seconds of estimated work; compiling and tracing anew take about two
MOST = 16  # compiled sizes of one layer: each keeps some MiB of code
WIDEST = 512  # units: the products of wider layers take all the time, and are no faster compiled

_counting: WeakKeyDictionary = WeakKeyDictionary()


def seconds(B, T, D, M, neurons) -> float:
    """About what one uncompiled training step of a layer takes: its loops, its matrix products."""
    return T * (3.5e-5 + 3e-5 * neurons + B * neurons * M * (M + D) / 1e10)


def worth_compiling(M, dtype) -> bool:
    """Whether compiled loops are faster at all."""
    return M <= WIDEST and dtype in (tf.float32, tf.float64)


class CallCounter:
    """The calls of one layer, counted by size (B, T).

    When a size has come often enough, the functions that call the layer are traced once more, this
    time with the compiled loops.
    """

    def __init__(self):
        self._seconds: Counter = Counter()
        self._compiled: list[tuple[int, int]] = []
        self._functions: WeakSet = WeakSet()

    def __reduce__(self):
        return CallCounter, ()  # a copied or saved layer counts from the start

    def counted(self, x, M, neurons):
        """Counts a call with x (B, T, D), of a layer of M units, unless it is compiled already.

        Returns whether it is to be compiled: a bool, or a tensor where the size of x varies.
        """
        D, size = x.shape[2], _size(x)

        def note(size):
            B, T = map(int, size)
            self._note((B, T), seconds(B, T, D, M, neurons))

        often = self._often(x.shape[0], x.shape[1], size)
        if often is not True:
            if tf.executing_eagerly():
                note(size)
            elif self._room() and self._watches():
                tf.numpy_function(note, [size], [])
        return often

    def _often(self, B, T, size):
        """B, T: None where not known; size: their values, the length rounded up where it varies."""
        sizes = [(b, t) for b, t in self._compiled if B in (None, b) and T in (None, t)]
        if not sizes:
            return False
        if B is not None and T is not None:
            return True
        return tf.reduce_any(tf.reduce_all(tf.constant(sizes) == size, 1))

    def _watches(self):
        """Whether functions around can be traced anew; notes them."""
        functions = context.functions_around()
        # A function of fixed signature is written to be saved, which a Python count cannot be.
        if any(function.input_signature is not None for function in functions):
            return False
        for function in functions:
            self._functions.add(function)
            _counting.setdefault(function, WeakSet()).add(self)
        return bool(functions)

    def _note(self, size, work):
        self._seconds[size] += work
        if self._seconds[size] >= PATIENCE and self._room() and size not in self._compiled:
            # The layers of a model are due at about the same time; together they are traced once.
            beside = {calls for f in self._functions for calls in _counting.get(f, ())}
            for calls in beside | {self}:
                calls._compile(PATIENCE / 2)
            for function in {f for calls in beside for f in calls._functions}:
                context.trace_anew(function)

    def _compile(self, patience):
        due = [s for s, work in self._seconds.most_common() if work >= patience]
        new = [s for s in due if s not in self._compiled]
        self._compiled += new[: self._room()]

    def _room(self):
        return MOST - len(self._compiled)


def _size(x):
    """B and T of x (B, T, D) as they are when the graph runs, T rounded up where it varies."""
    B, T = tf.unstack(tf.shape(x)[:2])
    return tf.stack([B, rounded(T) if x.shape[1] is None else T])
