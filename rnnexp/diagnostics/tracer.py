"""`Tracer`: traces of one model at many training steps, at the cost of a few."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from rnnexp.diagnostics.trace import Trace
from rnnexp.diagnostics.tracing import Tracing


class Tracer:
    """Traces of one model on one batch as it is trained, by a graph made once.

        tracer = Tracer(model, x, y)
        looks[step] = tracer.look()        # in training, after some of the steps
        trace = tracer.traces(looks)       # then or later, in another thread too

    model, x, y, loss: as `rnnexp.trace` takes them; raises what that raises, with the first look
    at the latest. A model that is compiled anew needs another Tracer.
    jit_compile: compile the layers' loops over time by XLA, which takes about a second once and
        makes `traces` several times faster: for hundreds of looks.
    """

    def __init__(self, model, x, y=None, loss=None, jit_compile=False):
        self.jit_compile = jit_compile
        self._tracing = Tracing(model, x, y, loss, jit_compile)
        self._variables = model.variables
        self._way = _way_for(model, self._tracing, _Together if jit_compile else _OneByOne)

    def look(self) -> Any:
        """What `traces` needs of the model as it is now."""
        return self._way.look([tf.convert_to_tensor(v.value) for v in self._variables])

    def traces(self, looks: Mapping[int, Any]) -> Trace:
        """Some looks, one or more by training step, as one trace, whose arrays may be read-only.

        Every array has the dimension `step` before its own.
        """
        observed = self._way.observe(list(looks.values()))
        return self._tracing.labelled(observed, {"step": list(looks)})


class _OneByOne:
    """A look takes the variables, of which no copy is made before training changes them.

    one: the graph from their values to what they show.
    """

    def __init__(self, one):
        self._one = one

    def look(self, values):
        return values

    def observe(self, looks):
        return _stacked([self._one(values) for values in looks])


class _Together(_OneByOne):
    """So does this one; a second graph then goes through all looks in one call."""

    def __init__(self, one):
        super().__init__(one)
        (values,), _ = one.structured_input_signature
        stacked = [tf.TensorSpec([None, *v.shape], v.dtype) for v in values]
        self._each = tf.function(self._of_each, [stacked], autograph=False)

    def observe(self, looks):
        return self._each(_stacked(looks))

    def _of_each(self, values):
        outputs = self._one.structured_outputs
        like = tf.nest.map_structure(lambda t: tf.TensorSpec(t.shape, t.dtype), outputs)
        return tf.map_fn(self._one, values, fn_output_signature=like)


class _AtOnce:
    """A look takes all that is to be seen."""

    def __init__(self, look):
        self.look = look

    def observe(self, looks):
        return _stacked(looks)


def _stacked(structures):
    return tf.nest.map_structure(lambda *tensors: tf.stack(tensors), *structures)


def _way_for(model, tracing, later):
    if getattr(model, "run_eagerly", False) or tf.config.functions_run_eagerly():
        return _AtOnce(tracing.observe)
    tracing.build()
    variables = [tf.TensorSpec(v.shape, v.dtype) for v in model.variables]
    one = tf.function(tracing.observe, autograph=False).get_concrete_function(variables)
    # A layer may read a variable that Keras does not know of.
    return _AtOnce(one) if one.graph.variables else later(one)
