"""`trace`: one probe batch through a model, and everything its recurrent layers show of it."""

import warnings
from typing import Any

import keras
import tensorflow as tf
from keras import tree

from rnnexp.diagnostics.batch import Batch, first_batch, in_tensors
from rnnexp.diagnostics.labelled import labelled
from rnnexp.diagnostics.loss import TracedLoss
from rnnexp.diagnostics.observation import Asked, in_numpy, observe
from rnnexp.diagnostics.recurrent import equation_of, left_out, recurrent_layers
from rnnexp.diagnostics.trace import Trace
from rnnexp.engine.activations import activations_of


def trace(
    model: keras.Model, x: Any, y: Any = None, loss: Any = None, sample_weight: Any = None
) -> Trace:
    """Traces a model: states, neurons and gradients of its recurrent layers, as it predicts.

    The model stays as it is: weights, states of stateful layers, metrics, seeds.

    Args:
        model: Any built Keras model with recurrent layers: any unit of rnnexp.layers, or the
            SimpleRNN, GRU and LSTM of keras.layers. Recurrent layers with another cell are left
            out, with a warning.
        x: A batch as `model.fit` takes it: arrays, or lists or dictionaries of them. Or a
            `tf.data.Dataset`, a `keras.utils.PyDataset` or a generator of (x, y) or (x, y,
            sample_weight), of which the first batch is taken, with no y beside it.
        y: The targets, as `model.fit` takes them. Without them there are no gradients.
        loss: The name of a loss, a `keras.losses.Loss`, or a function of (y, prediction). None
            stands for the compiled loss, with what the layers add to it. The mean over the batch,
            as Keras takes it.
        sample_weight: As `model.fit` takes it.

    Returns:
        A `Trace`: by the name of a layer, an `xarray.Dataset` of arrays (B, T, M).

    Raises:
        ValueError: The model has no recurrent layer of a known cell, no weights yet, or no loss to
            take a gradient of; or x and y are not as many.
    """
    tracing = Tracing(model, in_tensors(first_batch(x, y, sample_weight)), loss, jit_compile=False)
    warn_of_left_out(model)
    observed = tracing.observe(tracing.values())
    # In memory of its own, for whoever has a trace may change it.
    return tracing.labelled(tree.map_structure(lambda tensor: tensor.numpy(), observed))


def warn_of_left_out(model) -> None:
    """One warning for all recurrent layers that a trace of the model leaves out."""
    layers = left_out(model)
    if layers:
        told = ", ".join(f"{name!r} (a cell of {cell})" for name, cell in layers.items())
        warnings.warn(
            f"the trace of {model.name!r} leaves out {told}, whose equation is not known; the "
            "other recurrent layers are traced",
            stacklevel=3,
        )


class Tracing:
    """The two halves of a trace: tensors, which a graph can compute, and their labels.

    Args:
        model: As `trace` takes it.
        batch: In tensors.
        loss: As `trace` takes it.
        jit_compile: The layers' loops, as `Tracer` takes it.

    Raises:
        ValueError: The model is not one that `trace` takes.
    """

    def __init__(self, model, batch: Batch, loss, jit_compile):
        layers = recurrent_layers(model)
        _check_built(model, layers)
        _build_activations(layers)
        self.variables = list(model.variables)
        self._asked = Asked(model, layers, batch, TracedLoss(model, batch, loss), jit_compile)
        self._seen: dict = {}

    def values(self):
        """The values of `variables` as they are now."""
        return [tf.convert_to_tensor(variable.value) for variable in self.variables]

    def build(self):
        """Makes what `observe` could not make inside a graph."""
        self._asked.loss.build()

    def observe(self, values):
        """By name of the trace, what was observed of a layer with these values of `variables`."""
        found = observe(self._asked, list(zip(self.variables, values, strict=True)))
        # A layer that is called several times is several; only the calls tell.
        self._seen = {name: layer for name, (layer, _) in found.items()}
        return {name: observation for name, (_, observation) in found.items()}

    def labelled(self, observed, lead=None) -> Trace:
        """The trace of what was observed, in the same memory; `lead` as `labelled` takes it."""
        return Trace(
            {
                name: labelled(layer, equation_of(layer), in_numpy(observed[name]), lead)
                for name, layer in self._seen.items()
            }
        )


def _check_built(model, layers):
    unbuilt = [name for name, layer in layers.items() if not layer.built]
    if unbuilt:
        raise ValueError(
            f"{unbuilt} of {model.name!r} have no weights yet; build the model first, by an Input "
            "or by calling it once on a batch"
        )


def _build_activations(layers):
    """Layers as activations, which Keras builds with the first call: their variables are seen."""
    for layer in layers.values():
        for activation in activations_of(equation_of(layer)):
            if isinstance(activation, keras.Layer) and not activation.built:
                activation.build((None, layer.cell.units))
