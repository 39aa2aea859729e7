"""Decides which batch shapes occur often enough to be compiled.

XLA needs seconds of CPU time to compile a loop; then a step takes half the time or less. So the
calls of a layer are counted by size (B, T), and a size is compiled when its calls have taken much
longer than compiling takes. Only estimated times are used and no clock is read, so that a seed
stays reproducible to the last bit.
"""

from collections import Counter
from weakref import WeakKeyDictionary, WeakSet

import tensorflow as tf

from rnnexp.engine import context
from rnnexp.engine.lengths import rounded

PATIENCE = 15.0  # seconds of estimated work; compiling and tracing again take about two
MOST = 16  # compiled sizes of a layer; each takes some MiB of memory
WIDEST = 512  # units; in wider layers the matrix products dominate and are not faster compiled

_counting: WeakKeyDictionary = WeakKeyDictionary()


def seconds(B, T, D, M, neurons) -> float:
    """Estimates the seconds of one uncompiled training step: its loops and matrix products."""
    return T * (3.5e-5 + 3e-5 * neurons + B * neurons * M * (M + D) / 1e10)


def worth_compiling(M, dtype) -> bool:
    """Whether compiled loops are faster for layers of M units of this dtype."""
    return M <= WIDEST and dtype in (tf.float32, tf.float64)


class CallCounter:
    """Counts the calls of a layer by size (B, T).

    When a size has occurred often enough, the functions that call the layer are traced again, with
    the compiled loops.
    """

    def __init__(self):
        self._seconds: Counter = Counter()
        self._compiled: list[tuple[int, int]] = []
        self._functions: WeakSet = WeakSet()

    def __reduce__(self):
        return CallCounter, ()  # a copied or saved layer starts counting at zero

    def counted(self, x, M, neurons):
        """Counts a call, unless its size is compiled already.

        Args:
            x: The inputs, (B, T, D).
            M: The number of units.
            neurons: The number of neurons of the equation.

        Returns:
            Whether to compile the call: a bool, or a tensor if the size of x is not static.
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
        """Whether the size is compiled, a bool or a tensor.

        Args:
            B, T: The static sizes; None if unknown.
            size: The sizes when the graph runs, with T rounded up if it is not static.
        """
        sizes = [(b, t) for b, t in self._compiled if B in (None, b) and T in (None, t)]
        if not sizes:
            return False
        if B is not None and T is not None:
            return True
        return tf.reduce_any(tf.reduce_all(tf.constant(sizes) == size, 1))

    def _watches(self):
        """Records the functions being traced, and returns whether they can be traced again."""
        if context.to_be_saved():  # a count cannot be saved
            return False
        functions = context.functions_around()
        for function in functions:
            self._functions.add(function)
            _counting.setdefault(function, WeakSet()).add(self)
        return bool(functions)

    def _note(self, size, work):
        self._seconds[size] += work
        if self._seconds[size] >= PATIENCE and self._room() and size not in self._compiled:
            # The layers of a model are due at about the same time. Together they need one tracing.
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
    """Returns B and T of x (B, T, D) when the graph runs, with T rounded up if it is not static."""
    B, T = tf.unstack(tf.shape(x)[:2])
    return tf.stack([B, rounded(T) if x.shape[1] is None else T])
