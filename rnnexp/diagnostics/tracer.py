"""The `Tracer`, which traces one model at many training steps at low cost."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import keras
import tensorflow as tf
import xarray

from rnnexp.diagnostics.batch import first_batch, in_tensors
from rnnexp.diagnostics.plain import configuration, is_plain_model
from rnnexp.diagnostics.recurrent import equation_of, recurrent_layers
from rnnexp.diagnostics.trace import Trace
from rnnexp.diagnostics.tracing import Tracing, warn_of_left_out


class Snapshot(NamedTuple):
    """The data that a `Tracer` stores of a model at one step.

    Attributes:
        way: The object that converts `seen` to a trace.
        seen: The stored tensors.
    """

    way: Any
    seen: Any

    @property
    def nbytes(self) -> int:
        """The size of the stored tensors in bytes."""
        tensors = tf.nest.flatten(self.seen)
        return sum(tensor.shape.num_elements() * tensor.dtype.size for tensor in tensors)


class Tracer:
    """Traces one model on one batch during training.

        tracer = Tracer(model, x, y)
        snapshots[step] = tracer.snapshot()    # during training, after some of the steps
        trace = tracer.traces(snapshots)       # then or later, also in another thread

    A graph is traced once, and again if the model is compiled or configured again. A model with
    custom code (a layer, an activation, a loss, a Lambda) may read values that a graph cannot
    follow, so each snapshot at it is a complete trace.

    Args:
        model: See `rnnexp.trace`.
        x: See `rnnexp.trace`.
        y: See `rnnexp.trace`.
        loss: See `rnnexp.trace`.
        jit_compile: Whether XLA compiles the layers' loops over time. This takes about a second
            once and makes `traces` several times faster; it pays off for hundreds of snapshots.
        sample_weight: See `rnnexp.trace`.

    Raises:
        ValueError: See `rnnexp.trace`. Some errors are raised only by the first snapshot.
    """

    def __init__(
        self,
        model: keras.Model,
        x: Any,
        y: Any = None,
        loss: Any = None,
        jit_compile: bool = False,
        sample_weight: Any = None,
    ) -> None:
        self._model, self._loss = model, loss
        self.jit_compile = jit_compile
        self._batch = in_tensors(first_batch(x, y, sample_weight))
        self._way = self._new_way()
        warn_of_left_out(model)

    def compile(self) -> None:
        """Lets XLA compile the loops for all further snapshots."""
        if not self.jit_compile:
            self.jit_compile = True
            self._way = self._new_way()

    def snapshot(self) -> Snapshot:
        """Stores what `traces` needs of the current model."""
        if self._way.made_for != self._present(self._way.plain):
            self._way = self._new_way()
        return Snapshot(self._way, self._way.snapshot(self._way.tracing.values()))

    def traces(self, snapshots: Mapping[int, Snapshot]) -> Trace:
        """Converts one or more snapshots to one trace.

        Args:
            snapshots: The snapshots, by training step.

        Returns:
            A trace in which every array has `step` as its first dimension. The arrays may be
            read-only.
        """
        ways = dict.fromkeys(snapshot.way for snapshot in snapshots.values())
        parts = [
            way.traces({step: s.seen for step, s in snapshots.items() if s.way is way})
            for way in ways
        ]
        return parts[0] if len(parts) == 1 else _joined(parts, snapshots)

    def _present(self, plain):
        """Returns everything that a `_Way` depends on."""
        model = self._model
        layers = [(id(layer), equation_of(layer)) for layer in recurrent_layers(model).values()]
        return (
            getattr(model, "run_eagerly", False) or tf.config.functions_run_eagerly(),
            getattr(model, "_compile_loss", None),
            [id(variable) for variable in model.variables],
            configuration(model, self._loss) if plain else layers,
        )

    def _new_way(self):
        plain = is_plain_model(self._model, self._loss)
        tracing = Tracing(self._model, self._batch, self._loss, self.jit_compile and plain)
        present = plain, self._present(plain)
        eager, *_ = present[1]
        if eager or not plain:
            return _AtOnce(tracing, present, tracing.observe)
        tracing.build()
        variables = [tf.TensorSpec(v.shape, v.dtype) for v in tracing.variables]
        one = tf.function(tracing.observe, autograph=False).get_concrete_function(variables)
        # A layer may read a variable that Keras does not track.
        if one.graph.variables:
            return _AtOnce(tracing, present, one)
        return (_Together if self.jit_compile else _OneByOne)(tracing, present, one)


class _Way(ABC):
    """A way to store snapshots at a model and convert them to traces."""

    def __init__(self, tracing, present, one):
        """Creates the way.

        Args:
            tracing: The `Tracing` of the model.
            present: Whether the model is plain, and the result of `Tracer._present`.
            one: A function from the values of the variables to the observations.
        """
        self.tracing, self._one = tracing, one
        self.plain, self.made_for = present

    @abstractmethod
    def observe(self, snapshots: list) -> Any:
        """Returns the observations of some snapshots (see `Tracing.observe`), stacked."""

    def traces(self, snapshots) -> Trace:
        """Converts snapshots to a trace. snapshots: the results of `snapshot`, by step."""
        return self.tracing.labelled(
            self.observe(list(snapshots.values())), {"step": list(snapshots)}
        )


class _AtOnce(_Way):
    """A snapshot computes and stores the complete observation."""

    def snapshot(self, values):
        return self._one(values)

    def observe(self, snapshots):
        return _stacked(snapshots)


class _OneByOne(_Way):
    """A snapshot stores the variables, which TensorFlow copies only when training changes them."""

    def snapshot(self, values):
        return values

    def observe(self, snapshots):
        return _stacked([self._one(values) for values in snapshots])


class _Together(_OneByOne):
    """A snapshot stores the variables. A second graph then processes all snapshots in one call."""

    def __init__(self, tracing, present, one):
        super().__init__(tracing, present, one)
        (values,), _ = one.structured_input_signature
        stacked = [tf.TensorSpec([None, *v.shape], v.dtype) for v in values]
        self._each = tf.function(self._of_each, [stacked], autograph=False)

    def observe(self, snapshots):
        return self._each(_stacked(snapshots))

    def _of_each(self, values):
        outputs = self._one.structured_outputs
        like = tf.nest.map_structure(lambda t: tf.TensorSpec(t.shape, t.dtype), outputs)
        return tf.map_fn(self._one, values, fn_output_signature=like)


def _stacked(structures):
    return tf.nest.map_structure(lambda *tensors: tf.stack(tensors), *structures)


def _joined(parts: list[Trace], steps: Iterable[int]) -> Trace:
    """Joins traces of the same layers, in the order of the steps."""
    joined = {
        name: xarray.concat([part[name] for part in parts], "step", combine_attrs="override")
        for name in parts[0]
    }
    return Trace({name: dataset.sel(step=list(steps)) for name, dataset in joined.items()})
