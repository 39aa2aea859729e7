"""Finds the recurrent layers of a model, with their names, equations and weights."""

from collections import Counter
from itertools import chain, count
from typing import Any

import keras
from keras import ops

from rnnexp import equations
from rnnexp.engine.weights import Weights
from rnnexp.equations import Equation
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.gru import EQUATIONS
from rnnexp.layers.zoneout import rates

KERAS_CELLS: dict[type, Any] = {
    keras.layers.SimpleRNNCell: lambda cell: equations.SimpleRNN(cell.activation),
    keras.layers.GRUCell: lambda cell: EQUATIONS["keep", cell.reset_after](
        cell.activation, cell.recurrent_activation
    ),
    keras.layers.LSTMCell: lambda cell: equations.LSTM(cell.activation, cell.recurrent_activation),
}


def recurrent_layers(model) -> dict[str, Any]:
    """Returns the recurrent layers of a model by name, in the model's order, at any nesting depth.

    The layers of a `Bidirectional` have the wrapper's name with /forward or /backward. If layers of
    two sub-models have the same name, the names of the sub-models precede it: "encoder/gru". Other
    layers of the same name are numbered as in Keras: "gru", "gru_1". Layers with an unknown
    equation are left out.

    Raises:
        ValueError: The model has no recurrent layer with a known equation.
    """
    everything = list({id(layer): (path, layer) for path, layer in _below(model, ())}.values())
    if not everything:
        raise ValueError(
            f"{model.name!r} has no recurrent layer; expected at least one: a SimpleRNN, "
            "GRU or LSTM of keras.layers, or any unit of rnnexp.layers"
        )
    found = [(path, layer) for path, layer in everything if is_known(layer)]
    if not found:
        equation_of(everything[0][1])
    uses = Counter(path[-1] for path, _ in found)
    named: dict[str, Any] = {}
    for path, layer in found:
        name = path[-1] if uses[path[-1]] == 1 else "/".join(path[1:])
        named[next(n for n in _numbered(name) if n not in named)] = layer
    return named


def left_out(model) -> dict[str, str]:
    """Returns the layers that `recurrent_layers` leaves out: their names and cell classes."""
    layers = [(path[-1], layer) for path, layer in _below(model, ()) if not is_known(layer)]
    return {name: type(layer.cell).__name__ for name, layer in layers}


def is_known(layer) -> bool:
    """Whether the equation of a recurrent layer is known."""
    return isinstance(layer.cell, EquationCell) or type(layer.cell) in KERAS_CELLS


def _numbered(name):
    return chain([name], (f"{name}_{i}" for i in count(1)))


def _below(layer, path):
    """Yields (path, layer) of every recurrent layer in `layer`; a path is a tuple of names."""
    if isinstance(layer, keras.layers.Bidirectional):
        yield (*path, f"{layer.name}/forward"), layer.forward_layer
        yield (*path, f"{layer.name}/backward"), layer.backward_layer
    elif isinstance(layer, keras.layers.RNN):
        yield (*path, layer.name), layer
    else:
        for child in layer._flatten_layers(include_self=False, recursive=False):
            yield from _below(child, (*path, layer.name))


def equation_of(layer) -> Equation:
    """Returns the equation of a recurrent layer.

    Raises:
        ValueError: The equation of the layer's cell is unknown.
    """
    cell = layer.cell
    if not is_known(layer):
        raise ValueError(
            f"layer {layer.name!r} has a cell of {type(cell).__name__}, whose equation is unknown; "
            "supported are the SimpleRNN, GRU and LSTM of keras.layers, every unit of "
            "rnnexp.layers, and your own subclasses of rnnexp.layers.EquationLayer and "
            "rnnexp.layers.EquationCell"
        )
    return cell.equation if isinstance(cell, EquationCell) else KERAS_CELLS[type(cell)](cell)


def zoneout_of(layer) -> tuple[float, ...]:
    """Returns the share of each old state that a timestep keeps in prediction, 0 to 1."""
    equation = equation_of(layer)
    return rates(getattr(layer.cell, "zoneout", 0.0), type(equation))


def weights_of(layer) -> Weights:
    """Returns the effective weights of a recurrent layer, in its compute dtype."""
    cell = layer.cell
    if isinstance(cell, EquationCell):
        return cell.step_weights()
    bias = cell.bias if cell.use_bias else None

    def cast(weight):
        return None if weight is None else ops.cast(weight, cell.compute_dtype)

    return Weights(cast(cell.kernel), cast(cell.recurrent_kernel), cast(bias))
