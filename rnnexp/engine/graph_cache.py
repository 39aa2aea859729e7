"""Functions traced into graphs, and the graphs that are kept."""

from collections import OrderedDict
from threading import Lock

import tensorflow as tf

from rnnexp.engine.operands import Operands

MOST = 64


class GraphCache:
    """A function's graphs: one for each signature, the least recently used of more than MOST freed.

    A layer of every size comes through the same few functions here, which is as it should be; a
    plain `tf.function` would warn that it is traced too often, and keeps every graph.
    """

    def __init__(self, function, jit_compile=False, any_size=False):
        """any_size: eager calls share one graph for every number of sequences and of timesteps."""
        self._function = function
        self._jit_compile = jit_compile
        self._any_size = any_size
        self._graphs: OrderedDict = OrderedDict()
        self._lock = Lock()

    def __len__(self):
        return len(self._graphs)

    def __call__(self, *arguments):
        if tf.config.functions_run_eagerly():  # TensorFlow's switch for debugging
            return self._function(*arguments)
        eager = tf.executing_eagerly()
        return self._graph(specs(arguments, self._any_size and eager), eager)(*arguments)

    def _graph(self, wanted, eager):
        shapes = (x if x is None else (tuple(x.shape), x.dtype) for x in tf.nest.flatten(wanted))
        signature = (eager, *shapes)
        with self._lock:
            graph = self._graphs.get(signature)
            if graph is not None:
                self._graphs.move_to_end(signature)
                return graph
        jit_compile = self._jit_compile or None
        graph = tf.function(self._function, jit_compile=jit_compile, autograph=False)
        if eager:  # in a graph, TensorFlow itself tells devices apart
            graph = graph.get_concrete_function(*wanted)
        with self._lock:
            self._graphs[signature] = graph
            if len(self._graphs) > MOST:
                self._graphs.popitem(last=False)
        return graph


def specs(arguments, any_size=False):
    """The arguments' shapes and dtypes; any_size leaves open all but the layer's own sizes."""
    if isinstance(arguments, Operands):
        found = tf.nest.map_structure(lambda x: _spec(x, any_size), arguments)
        weights = specs((arguments.matrices, arguments.vectors, arguments.biases))
        return found._replace(**dict(zip(("matrices", "vectors", "biases"), weights, strict=True)))
    if type(arguments) in (list, tuple):
        return type(arguments)(specs(a, any_size) for a in arguments)
    return tf.nest.map_structure(lambda x: _spec(x, any_size), arguments)


def _spec(x, any_size):
    if x is None:
        return None
    shape = list(x.shape)
    if any_size and shape:
        own = [] if x.dtype == tf.bool else shape[-1:]
        shape = [None] * (len(shape) - len(own)) + own
    return tf.TensorSpec(shape, x.dtype)
