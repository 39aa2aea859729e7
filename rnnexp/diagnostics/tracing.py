"""`trace`: one probe batch through a model, and everything its recurrent layers show of it."""

from typing import Any

import tensorflow as tf
from keras import ops, tree

from rnnexp.diagnostics.labelled import labelled
from rnnexp.diagnostics.loss import check_loss
from rnnexp.diagnostics.observation import in_numpy, observe, stacked
from rnnexp.diagnostics.recurrent import equation_of, recurrent_layers
from rnnexp.diagnostics.trace import Trace


def trace(model, x, y=None, loss=None) -> Trace:
    """States, neurons and gradients of every recurrent layer of a Keras model, as it predicts.

    model: any built Keras model with SimpleRNN, GRU or LSTM layers, of rnnexp or keras.layers.
    x: what the model takes, a batch of it. y: the targets; without them there are no gradients.
    loss: name of a loss, a `keras.losses.Loss`, or a function of (y, prediction); the compiled
        loss, with what the layers add to it, if None. The mean over the batch, as Keras takes it.
    The model stays as it is: weights, states of stateful layers, metrics, seeds.
    Raises ValueError where the model has no recurrent layer, one of an unknown cell, no weights
    yet, or no loss to take a gradient of.
    """
    return _Tracing(model, loss).of(*_tensors(x, y))


class Tracer:
    """Traces of one model again and again, by a graph made once for each shape of the batch.

    `Tracer(model, loss)(x, y)` is `trace(model, x, y, loss)`, several times as fast from the second
    call on; the weights are those of the moment. Raises ValueError as `trace` does.
    """

    def __init__(self, model, loss=None):
        self._tracing = _Tracing(model, loss)
        self._model = model
        self._make()

    def _make(self):
        self._compiled = getattr(self._model, "_compile_loss", None)
        self._observe = tf.function(self._tracing.observe, autograph=False)
        if getattr(self._model, "run_eagerly", False):
            self._observe = self._tracing.observe

    def __call__(self, x, y=None) -> Trace:
        """The trace of a batch; x, y as `trace` takes them."""
        return self._tracing.labelled(self.observe(x, y))

    def observe(self, x, y=None):
        """The half of a trace that reads the weights: tensors, for `label`."""
        if getattr(self._model, "_compile_loss", None) is not self._compiled:
            self._make()  # the model was compiled anew; a graph keeps the loss it was made with
        return self._observe(*_tensors(x, y))

    def label(self, observed: dict[int, Any]) -> Trace:
        """The other half, at leisure: what was observed at several training steps as one trace.

        observed: by step. Every array has the dimension `step` before its own.
        """
        blocks = {
            name: stacked([of_layers[name] for of_layers in observed.values()])
            for name in next(iter(observed.values()))
        }
        return self._tracing.named(blocks, {"step": list(observed)})


class _Tracing:
    """The two halves of a trace: tensors, which a graph can compute, and their labels."""

    def __init__(self, model, loss):
        self._model, self._loss = model, loss
        self._layers = recurrent_layers(model)
        self._seen: dict = {}
        _check_built(model, self._layers)

    def of(self, x, y) -> Trace:
        return self.labelled(self.observe(x, y))

    def observe(self, x, y):
        """By name of the trace: what was observed of a layer, as tensors."""
        check_loss(self._model, y, self._loss)
        found = observe(self._model, self._layers, x, y, self._loss)
        # A layer that is called several times is several; only the calls tell.
        self._seen = {name: layer for name, (layer, _) in found.items()}
        return {name: observation for name, (_, observation) in found.items()}

    def labelled(self, observed) -> Trace:
        return self.named({name: in_numpy(observation) for name, observation in observed.items()})

    def named(self, observed, lead=None) -> Trace:
        """The trace of what was observed, in NumPy; lead: as `labelled` takes it."""
        return Trace(
            {
                name: labelled(layer, equation_of(layer), observed[name], lead)
                for name, layer in self._seen.items()
            }
        )


def _tensors(x, y):
    x = tree.map_structure(ops.convert_to_tensor, x)
    return x, None if y is None else tree.map_structure(ops.convert_to_tensor, y)


def _check_built(model, layers):
    unbuilt = [name for name, layer in layers.items() if not layer.built]
    if unbuilt:
        raise ValueError(
            f"{unbuilt} of {model.name!r} have no weights yet; build the model first, by an Input "
            "or by calling it once on a batch"
        )
