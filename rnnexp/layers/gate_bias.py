"""The argument `gate_bias`: how it is checked, and the initial bias that follows from it."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import initializers, ops

from rnnexp.engine.retention import eager
from rnnexp.equations import Equation
from rnnexp.layers.argument_names import meant
from rnnexp.layers.neuron_choice import apart, check_choice, chosen, found_initializer
from rnnexp.layers.retention_bias import check_reachable, gate_biases
from rnnexp.layers.retention_targets import DISTRIBUTIONS, retention_logits

_EXPECTED = (
    "expected 'chrono', 'uniform' or 'power_law', or a dict with a number or an initializer for "
    "each role or neuron, as in {'forget': 1.0}"
)


def checked(gate_bias, horizon, equation: Equation, units: int, use_bias: bool) -> Any:
    """Checks the arguments `gate_bias` and `horizon` of a cell.

    Args:
        gate_bias, horizon, units, use_bias: The arguments of the cell.
        equation: The equation of the cell.

    Returns:
        None, the name of a distribution, or a dict of Keras initializers.

    Raises:
        ValueError: A value is not one of those expected, the equation has no gate that decides the
            retention, or its retention cannot be that of the distribution.
    """
    named = isinstance(gate_bias, str) and gate_bias in DISTRIBUTIONS
    if not (gate_bias is None or named or isinstance(gate_bias, Mapping)):
        near = meant(gate_bias, DISTRIBUTIONS)
        raise ValueError(f"gate_bias is {gate_bias!r}; {near}{_EXPECTED}")
    _check_horizon(gate_bias, horizon)
    if gate_bias is None:
        return None
    if not use_bias:
        raise ValueError(
            f"gate_bias is {gate_bias!r} and use_bias is False; expected use_bias=True, because "
            "gate_bias is an initial bias"
        )
    if isinstance(gate_bias, Mapping):
        check_choice("gate_bias", gate_bias, equation)
        return {name: _value(name, value) for name, value in gate_bias.items()}
    if gate_bias == "uniform" and units < 2:
        raise ValueError(
            "gate_bias is 'uniform' and units is 1; expected 2 units or more, because the "
            "retention is drawn between 1/units and 1 - 1/units"
        )
    check_reachable(equation, gate_bias, units, horizon)
    return gate_bias


def serialized(gate_bias):
    """Returns a checked `gate_bias` as it is saved."""
    if not isinstance(gate_bias, Mapping):
        return gate_bias
    return {
        name: value.value if type(value) is initializers.Constant else initializers.serialize(value)
        for name, value in gate_bias.items()
    }


def with_gate_bias(cell, general):
    """Returns the initializer of the bias of a cell with `gate_bias`.

    Args:
        cell: The cell; its `gate_bias` is not None.
        general: The initializer of the bias (N M,) or (2, N M) without it.
    """
    equation = cell.equation

    def initializer(shape, dtype=None):
        with eager():
            before = ops.convert_to_numpy(general(shape, dtype="float32")).astype("float64")
            rows = before.reshape(-1, len(equation.neurons), cell.units)
            for k, bias in _biases(cell, equation, rows.sum(axis=0)).items():
                rows[0, k], rows[1:, k] = bias, 0
        return ops.convert_to_tensor(rows.reshape(shape), dtype=dtype)

    return initializer


def _biases(cell, equation, before) -> dict[int, np.ndarray]:
    """The biases (M,) that `gate_bias` sets, by the neuron's index; `before` is (N, M)."""
    if isinstance(cell.gate_bias, str):
        logits = retention_logits(cell.gate_bias, cell.units, cell.horizon, cell.seed)
        return gate_biases(equation, cell.gate_bias, logits, before)
    found = [chosen(cell.gate_bias, neuron) for neuron in equation.neurons]
    return {
        k: ops.convert_to_numpy(draw((cell.units,), dtype="float32"))
        for k, draw in enumerate(apart(found))
        if draw is not None
    }


def _value(name, value):
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise ValueError(f"gate_bias[{name!r}] is {value!r}; expected a finite number")
        return initializers.Constant(float(value))
    return found_initializer("gate_bias", name, value)


def _check_horizon(gate_bias, horizon) -> None:
    if gate_bias != "chrono":
        if horizon is not None:
            raise ValueError(
                f"horizon is {horizon!r} and gate_bias is {gate_bias!r}; expected "
                "gate_bias='chrono', which alone has a horizon"
            )
        return
    number = isinstance(horizon, int | float) and not isinstance(horizon, bool)
    if not number or not math.isfinite(horizon) or horizon < 3:
        raise ValueError(
            f"gate_bias is 'chrono' and horizon is {horizon!r}; expected a number of timesteps, 3 "
            "or more, such as the length of the sequences"
        )
