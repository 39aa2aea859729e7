"""A cache of the graphs that functions are traced into."""

from collections import OrderedDict
from threading import Lock

import tensorflow as tf

from rnnexp.engine.operands import Operands

MOST = 64


class GraphCache:
    """The graphs of a function, one for each signature. At most MOST are kept.

    The least recently used graph is freed. Layers of all sizes use the same few functions, so many
    tracings are normal here; a plain `tf.function` would warn about them and keep every graph.
    """

    def __init__(self, function, jit_compile=False, any_size=False):
        """Creates an empty cache.

        Args:
            function: The function to trace.
            jit_compile: Whether XLA compiles the graphs.
            any_size: Whether eager calls share one graph for all batch sizes and lengths.
        """
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
        if eager:  # inside a graph, TensorFlow itself places the function on devices
            graph = graph.get_concrete_function(*wanted)
        with self._lock:
            self._graphs[signature] = graph
            if len(self._graphs) > MOST:
                self._graphs.popitem(last=False)
        return graph


def specs(arguments, any_size=False):
    """Returns the shapes and dtypes of the arguments.

    Args:
        arguments: Tensors, `Operands`, and lists and tuples of them.
        any_size: Whether to leave the batch size and the length open.
    """
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
