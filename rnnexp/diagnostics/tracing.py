"""The function `trace`, which runs a model on one batch and records its recurrent layers."""

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
    """Records states, neurons and gradients of a model's recurrent layers, in prediction mode.

    The model is not changed: its weights, states of stateful layers, metrics and seeds stay the
    same.

    Args:
        model: A built Keras model with recurrent layers: any unit of rnnexp.layers, or the
            SimpleRNN, GRU and LSTM of keras.layers. Recurrent layers with another cell are left
            out, with a warning.
        x: A batch, as in `model.fit`: arrays, or lists or dictionaries of arrays. Or a
            `tf.data.Dataset`, a `keras.utils.PyDataset` or a generator of (x, y) or (x, y,
            sample_weight), whose first batch is used; then y must be None.
        y: The targets, as in `model.fit`. Without targets no gradients are computed.
        loss: The name of a loss, a `keras.losses.Loss`, or a function of (y, prediction). None
            uses the compiled loss with the losses that the layers add. The gradients are those of
            Keras's mean over the batch.
        sample_weight: The weights of the sequences, as in `model.fit`.

    Returns:
        A `Trace`: an `xarray.Dataset` of arrays (B, T, M) for the name of each layer.

    Raises:
        ValueError: The model has no recurrent layer with a known equation, no weights yet, or no
            loss to differentiate; or the numbers of sequences in x and y differ.
    """
    tracing = Tracing(model, in_tensors(first_batch(x, y, sample_weight)), loss, jit_compile=False)
    warn_of_left_out(model)
    observed = tracing.observe(tracing.values())
    # The arrays are copied, because the user may change the arrays of a trace.
    return tracing.labelled(tree.map_structure(lambda tensor: tensor.numpy(), observed))


def warn_of_left_out(model) -> None:
    """Warns once of all recurrent layers that a trace of the model leaves out."""
    layers = left_out(model)
    if layers:
        told = ", ".join(f"{name!r} (a cell of {cell})" for name, cell in layers.items())
        warnings.warn(
            f"the trace of {model.name!r} leaves out {told}, whose equation is unknown; the "
            "other recurrent layers are traced",
            stacklevel=3,
        )


class Tracing:
    """The two parts of a trace: the tensors, which a graph can compute, and their labels.

    Args:
        model: See `trace`.
        batch: The batch, as tensors.
        loss: See `trace`.
        jit_compile: See `Tracer`.

    Raises:
        ValueError: See `trace`.
    """

    def __init__(self, model, batch: Batch, loss, jit_compile):
        layers = recurrent_layers(model)
        _check_built(model, layers)
        _build_activations(layers)
        self.variables = list(model.variables)
        self._asked = Asked(model, layers, batch, TracedLoss(model, batch, loss), jit_compile)
        self._seen: dict = {}

    def values(self):
        """Returns the current values of `variables`."""
        return [tf.convert_to_tensor(variable.value) for variable in self.variables]

    def build(self):
        """Creates the variables that `observe` cannot create inside a graph."""
        self._asked.loss.build()

    def observe(self, values):
        """Returns the observation of each layer, by name, for these values of `variables`."""
        found = observe(self._asked, list(zip(self.variables, values, strict=True)))
        # A layer that is called several times has several names, which only the calls show.
        self._seen = {name: layer for name, (layer, _) in found.items()}
        return {name: observation for name, (_, observation) in found.items()}

    def labelled(self, observed, lead=None) -> Trace:
        """Returns the trace of an observation, in the same memory.

        Args:
            observed: The result of `observe`.
            lead: See the function `labelled`.
        """
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
            f"{unbuilt} of {model.name!r} have no weights yet; build the model first: add an Input "
            "or call the model once on a batch"
        )


def _build_activations(layers):
    """Builds activations that are layers, so that their variables exist before the first call."""
    for layer in layers.values():
        for activation in activations_of(equation_of(layer)):
            if isinstance(activation, keras.Layer) and not activation.built:
                activation.build((None, layer.cell.units))
