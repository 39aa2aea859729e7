"""Functions traced into graphs, once for each set of shapes."""

import tensorflow as tf


class Traced:
    """A `tf.function` with one graph for each signature.

    A layer of every size comes through the same few functions here, which is as it should be; a
    plain `tf.function` would warn that it is traced too often.
    """

    def __init__(self, function, jit_compile=False):
        self._function = function
        self._jit_compile = jit_compile
        self._graphs: dict = {}

    def __call__(self, *arguments):
        # In a graph that is being made, what XLA does not compile is a part of it like any other.
        part = not (self._jit_compile or tf.executing_eagerly())
        if part or tf.config.functions_run_eagerly():  # TensorFlow's switch for debugging
            return self._function(*arguments)
        signature = tuple(
            x if x is None else (tuple(x.shape), x.dtype) for x in tf.nest.flatten(arguments)
        )
        if signature not in self._graphs:
            function = tf.function(
                self._function, jit_compile=self._jit_compile or None, autograph=False
            )
            self._graphs[signature] = function.get_concrete_function(*arguments)
        return self._graphs[signature](*arguments)
