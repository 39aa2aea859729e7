"""Computes a step in three ways and compares them: NumPy, the cell, and Dense layers."""

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from rnnexp.equations import Equation
from rnnexp.explain.arithmetic import FUNCTIONS, evaluated, evaluated_lines
from rnnexp.explain.blocks import Lines, Paragraph, Section, Table
from rnnexp.explain.dense import dense_output
from rnnexp.explain.explanation import Explanation, Sizes
from rnnexp.explain.random_step import random_step

TOLERANCE = 1e-9  # of numbers around 1, in float64


class Difference(NamedTuple):
    """The largest difference between two ways to compute something.

    Attributes:
        name: Of the state or neuron, as in the equations.
        ways: Which two ways.
        largest: The difference; NaN if a number is NaN.
    """

    name: str
    ways: str
    largest: float

    @property
    def agrees(self) -> bool:
        """Whether the difference is nothing but rounding."""
        return self.largest <= TOLERANCE


class Check(NamedTuple):
    """The result of a check.

    Attributes:
        differences: For each state and each neuron.
        apart: The neurons that are called in parts, which are no Dense layer.
        by_keras: The functions in the equations that Keras computed, not NumPy.
    """

    differences: list[Difference]
    apart: list[str]
    by_keras: list[str]

    @property
    def agrees(self) -> bool:
        """Whether all ways agree."""
        return all(difference.agrees for difference in self.differences)


def check(equation: Equation, unit: Explanation, sizes: Sizes, seed: int = 0) -> Check:
    """Computes one step with random weights and inputs in the three ways.

    Args:
        equation: The equation.
        unit: Its explanation, whose equations NumPy computes.
        sizes: D and M.
        seed: Of the random numbers.

    Raises:
        NotArithmetic: The equations hold something that cannot be read.
    """
    step = random_step(equation, unit, sizes, seed)
    functions = _of_keras(equation, unit)
    found = evaluated_lines(unit.equations, step.given, functions)
    differences = [
        Difference(f"{name}_t", "NumPy, cell", _largest(found[f"{name}_t"], state))
        for name, state in zip(unit.states, step.states, strict=True)
    ]
    for k, (neuron, output) in enumerate(zip(unit.neurons, step.outputs, strict=True)):
        if not neuron.pre_activation:
            dense = dense_output(equation, unit, k, lambda text: evaluated(text, found, functions))
            numpy = found[neuron.name]
            differences.append(Difference(neuron.name, "NumPy, Dense", _largest(numpy, dense)))
            differences.append(Difference(neuron.name, "cell, Dense", _largest(output, dense)))
    apart = [neuron.name for neuron in unit.neurons if neuron.pre_activation]
    return Check(differences, apart, sorted(functions))


def _largest(a: Any, b: Any) -> float:
    return float(np.max(np.abs(a - b)))


def _of_keras(equation: Equation, unit: Explanation) -> dict[str, Callable]:
    """The functions in the equations that are not among those of NumPy."""
    fields = [getattr(equation, field.name) for field in dataclasses.fields(equation)]
    of_neurons = [f for n in equation.neurons for f in (n.activation, n.recurrent)]
    called = [f for f in (*fields, *of_neurons) if callable(f)]
    named = {getattr(f, "__name__", type(f).__name__): f for f in called}
    text = "\n".join(unit.equations)
    return {
        name: lambda a, f=f: ops.convert_to_numpy(f(ops.convert_to_tensor(a)))
        for name, f in named.items()
        if name not in FUNCTIONS and f"{name}(" in text
    }


def told(found: Check, unit: Explanation, sizes: Sizes) -> list[Section]:
    """Returns what a check found, as sections."""
    ways = (
        "NumPy computes the equations below from their text, the Keras cell computes its step, and "
        "each neuron is a keras.layers.Dense on the vectors it reads. One step with random weights "
        f"and inputs, {sizes}, in float64."
    )
    rows = tuple((d.name, d.ways, f"{d.largest:.1e}") for d in found.differences)
    verdict = "They agree." if found.agrees else "They do NOT agree."
    notes = [Paragraph(f"{verdict} Differences up to {TOLERANCE:g} are rounding.")]
    if found.apart:
        names = ", ".join(found.apart)
        notes.append(Paragraph(f"Not compared with a Dense layer, called in parts: {names}."))
    if found.by_keras:
        names = ", ".join(found.by_keras)
        notes.append(Paragraph(f"Computed by Keras in the equations, too: {names}."))
    return [
        Section(f"{unit.name}, computed in three ways", (Paragraph(ways), Lines(unit.equations))),
        Section(
            "Largest differences",
            (Table(("of", "between", "largest difference"), rows), *notes),
        ),
    ]
