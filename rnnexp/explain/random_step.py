"""One step of a unit's cell with random weights and inputs, in float64."""

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from rnnexp import layers
from rnnexp.diagnostics.one_step import one_step
from rnnexp.engine.weights import layout
from rnnexp.equations import Equation
from rnnexp.explain.explanation import Explanation, Sizes
from rnnexp.layers.gru import EQUATIONS as GRU_EQUATIONS

_BATCH, _WARM_UP = 4, 3


class RandomStep(NamedTuple):
    """A step of a cell.

    Attributes:
        given: By their names in the equations: weights, x_t and the states before the step.
        states: The states after the step, (B, M).
        outputs: The outputs of the neurons, (B, M).
    """

    given: dict[str, np.ndarray]
    states: list[np.ndarray]
    outputs: list[np.ndarray]


def random_step(equation: Equation, unit: Explanation, sizes: Sizes, seed: int) -> RandomStep:
    """Computes a step.

    Args:
        equation: The equation.
        unit: Its explanation.
        sizes: D and M.
        seed: Of the weights and inputs.
    """
    random = np.random.default_rng(seed)
    cell = cell_of(equation, sizes.units)
    cell.build((_BATCH, sizes.inputs))
    _randomize(cell, random)
    states = _listed(cell.get_initial_state(_BATCH))
    for _ in range(_WARM_UP):  # so that the unit can be in these states
        states = _listed(cell(random.normal(size=(_BATCH, sizes.inputs)), states)[1])
    x = random.normal(size=(_BATCH, sizes.inputs))
    following = _listed(cell(x, states)[1])
    outputs = one_step(equation, cell.step_weights(), ops.convert_to_tensor(x), states).outputs
    before = {f"{name}_{{t-1}}": s for name, s in zip(unit.states, _arrays(states), strict=True)}
    given = named_weights(cell, unit) | {"x_t": x} | before
    return RandomStep(given, _arrays(following), _arrays(outputs))


def cell_of(equation: Equation, units: int) -> Any:
    """Returns a cell of float64 that computes an equation, of rnnexp or of the user's own."""
    fields = {f.name: getattr(equation, f.name) for f in dataclasses.fields(equation)}
    for (update_gate, reset_after), kind in GRU_EQUATIONS.items():
        if type(equation) is kind:
            chosen = {"update_gate": update_gate, "reset_after": reset_after}
            return layers.GRUCell(units, dtype="float64", **fields, **chosen)
    for name in layers.__all__:
        cell = getattr(layers, name)
        if getattr(cell, "equation_class", None) is type(equation):
            return cell(units, dtype="float64", **fields)
    own = type("OwnCell", (layers.EquationCell,), {"equation_class": type(equation)})
    return own(units, dtype="float64", **fields)


def named_weights(cell: Any, unit: Explanation) -> dict[str, np.ndarray]:
    """Returns the weights of a cell by their names in the equations."""
    stored = layout(cell.equation)
    matrices = {
        "D×M": _blocks(cell.kernel, len(stored.kernel)),
        "M×M": _blocks(cell.recurrent_kernel, len(stored.recurrent_kernel)),
    }
    found: dict[str, np.ndarray] = {}
    for shape, blocks in matrices.items():
        names = [w.name for n in unit.neurons for w in n.weights if w.shape == shape]
        found |= dict(zip(names, blocks, strict=True))
    rows = np.atleast_2d(ops.convert_to_numpy(cell.bias))
    for k, neuron in enumerate(unit.neurons):
        names = [w.name for w in neuron.weights if w.shape == "M"]
        biases = [np.split(row, len(unit.neurons))[k] for row in rows]
        found |= dict(zip(names, biases, strict=True))
    own = {v.name: ops.convert_to_numpy(cell.own_vectors[v.name]) for v in unit.vectors}
    return found | own


def _randomize(cell: Any, random: np.random.Generator) -> None:
    for weight in cell.weights:
        drawn = random.normal(size=weight.shape)
        matrix = weight.name in ("kernel", "recurrent_kernel", "bias")
        scale = 1 / np.sqrt(cell.units) if weight.name == "recurrent_kernel" else 1.0
        weight.assign(scale * drawn if matrix else 0.5 + 0.1 * drawn)


def _blocks(matrix: Any, number: int) -> list[np.ndarray]:
    return np.split(ops.convert_to_numpy(matrix), number, axis=-1) if number else []


def _listed(states: Any) -> list[Any]:
    return list(states) if isinstance(states, list | tuple) else [states]


def _arrays(tensors: Any) -> list[np.ndarray]:
    return [ops.convert_to_numpy(tensor) for tensor in tensors]
