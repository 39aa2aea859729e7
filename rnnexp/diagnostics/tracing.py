"""`trace`: one probe batch through a model, and everything its recurrent layers show of it."""

from keras import ops, tree

from rnnexp.diagnostics.labelled import labelled
from rnnexp.diagnostics.loss import TracedLoss
from rnnexp.diagnostics.observation import Asked, in_numpy, observe
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
    yet, or no loss to take a gradient of; where x and y are not as many.
    """
    tracing = Tracing(model, x, y, loss, jit_compile=False)
    observed = tracing.observe([v.value for v in model.variables])
    # In memory of its own, for whoever has a trace may change it.
    return tracing.labelled(tree.map_structure(lambda tensor: tensor.numpy(), observed))


class Tracing:
    """The two halves of a trace: tensors, which a graph can compute, and their labels.

    model, x, y, loss: as `trace` takes them. jit_compile: the layers' loops, as `Tracer` takes it.
    """

    def __init__(self, model, x, y, loss, jit_compile):
        layers = recurrent_layers(model)
        _check_built(model, layers)
        x = tree.map_structure(ops.convert_to_tensor, x)
        y = None if y is None else tree.map_structure(ops.convert_to_tensor, y)
        _check_sequences(x, y)
        self._asked = Asked(model, layers, x, y, TracedLoss(model, y, loss), jit_compile)
        self._seen: dict = {}

    def build(self):
        """Make what `observe` could not make inside a graph."""
        self._asked.loss.build(self._asked.x, self._asked.y)

    def observe(self, values):
        """By name of the trace, what was observed of a layer; values: of `model.variables`."""
        weights = list(zip(self._asked.model.variables, values, strict=True))
        found = observe(self._asked, weights)
        # A layer that is called several times is several; only the calls tell.
        self._seen = {name: layer for name, (layer, _) in found.items()}
        return {name: observation for name, (_, observation) in found.items()}

    def labelled(self, observed, lead=None) -> Trace:
        """The trace of what was observed, in its memory; lead: as `labelled` takes it."""
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


def _check_sequences(x, y):
    numbers = [a.shape[0] for a in tree.flatten((x, y)) if a is not None and a.shape]
    if len(set(numbers)) > 1:
        raise ValueError(f"x and y have {numbers} sequences; expected as many of each")
