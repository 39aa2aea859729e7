"""The number of units of a model, from its number of parameters or the size of its state."""

from collections.abc import Callable
from math import prod

import keras
import numpy as np

from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.engine.affine import read_states
from rnnexp.layers.equation_layer import EquationLayer
from rnnexp.training.network import network

_TRIED = (4, 8, 12)


def units_of(experiment: Experiment) -> int:
    """Return the number of units M of each recurrent layer.

    Raises:
        UserError: If no number of units gives about as many parameters, or as large a state, as
            the config asks for.
    """
    conf = experiment.model
    if conf.parameters is not None:
        return _matching(experiment, "parameters", conf.parameters, trainable_parameters)
    if conf.state is not None:
        return _matching(experiment, "state", conf.state, state_size)
    return conf.units


def trainable_parameters(model: keras.Model) -> int:
    """Return how many numbers the trainable weights of a model are."""
    return sum(prod(variable.shape) for variable in model.trainable_variables)


def units_in(model: keras.Model, asked: int) -> int:
    """Return the units of the first recurrent layer; `asked` if it does not say how many."""
    found = [layer.units for layer in _recurrent(model.layers) if hasattr(layer, "units")]
    return int(found[0]) if found else asked


def state_size(model: keras.Model) -> int:
    """Return how many numbers the recurrent layers carry from a timestep to the next."""
    return sum(map(_carried, _recurrent(model.layers)))


def _recurrent(layers: list[keras.layers.Layer]) -> list[keras.layers.RNN]:
    found: list[keras.layers.RNN] = []
    for layer in layers:
        if isinstance(layer, keras.layers.Bidirectional):
            found += [layer.forward_layer, layer.backward_layer]
        elif isinstance(layer, keras.layers.RNN):
            found.append(layer)
    return found


def _carried(layer: keras.layers.RNN) -> int:
    if isinstance(layer, EquationLayer):
        # An output that is stored with the states, as the LRU's, is not carried.
        return len(read_states(layer.cell.equation)) * int(layer.cell.units)
    return sum(int(np.prod(size)) for size in keras.tree.flatten(layer.cell.state_size))


def _matching(
    experiment: Experiment, key: str, wanted: int, count: Callable[[keras.Model], int]
) -> int:
    """Return the units for which `count` is closest to `wanted`."""
    # The weights are matrices and vectors, so their number is a polynomial of degree two.
    counts = [count(network(experiment, units)) for units in _TRIED]
    curve = np.poly1d(np.polyfit(_TRIED, counts, 2).round(9))
    roots = [root.real for root in (curve - wanted).roots if abs(root.imag) < 1e-9]
    near = {max(1, int(root) + step) for root in roots if root > 0 for step in (0, 1)} or {1}
    units = min(near, key=lambda number: abs(curve(number) - wanted))
    found = count(network(experiment, units))
    if abs(found - wanted) > max(abs(curve(units + 1) - curve(units)), 1):
        raise UserError(
            f"model.{key}: expected a number that some number of units gives, got {wanted}; the "
            f"closest is {found} with model.units={units}"
        )
    return units
