"""Describes a recurrent layer: its formula, its conventions, and the shapes of its weights."""

import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from rnnexp.diagnostics.equation_attributes import attributes_of
from rnnexp.diagnostics.formula import Formula
from rnnexp.diagnostics.held_step import retention
from rnnexp.diagnostics.recurrent import equation_of, recurrent_layers
from rnnexp.engine.symbols import symbolic
from rnnexp.engine.weights import Weights, layout
from rnnexp.equations import Equation

_ROWS = 8  # of random outputs, so many that no two expressions agree by chance


class WeightDescription(NamedTuple):
    """One weight of a formula.

    Attributes:
        name: Its name in the formula, such as W_xz.
        letters: Its shape in letters: D×M, M×M or M.
        sizes: Its shape in numbers, such as (16, 64).
        variable: Name and shape of the variable that stores it, such as "kernel (16, 192)".
        columns: The columns of the variable that are this weight, as a slice: "64:128".
    """

    name: str
    letters: str
    sizes: tuple[int, ...]
    variable: str
    columns: str


class LayerDescription(NamedTuple):
    """What a recurrent layer computes.

    Attributes:
        formula: A line for each neuron, derived gate and state.
        source: Name and source of the equation: the first paragraph of its docstring.
        convention: Which state is the memory, what a gate of 1 means, and which fraction of the
            memory a step keeps.
        weights: The weights of the formula, as they are stored one after the other.
        parameters: The number of trainable and other parameters.
    """

    formula: str
    source: str
    convention: str
    weights: tuple[WeightDescription, ...]
    parameters: int


def layer_descriptions(model) -> dict[str, LayerDescription]:
    """Describes each recurrent layer of a model, by the names of `recurrent_layers`.

    Raises:
        ValueError: The model has no recurrent layer with a known equation.
    """
    return {name: _description(layer) for name, layer in recurrent_layers(model).items()}


def _description(layer) -> LayerDescription:
    equation, bias = equation_of(layer), layer.cell.bias
    formula = Formula(equation, biases=0 if bias is None else len(bias.shape))
    return LayerDescription(
        formula="\n".join(f"{name} = {text}" for name, text in formula.lines.items()),
        source=(inspect.getdoc(equation) or "").partition("\n\n")[0],
        convention=convention(equation),
        weights=tuple(_weights(layer.cell, equation, formula)),
        parameters=layer.count_params(),
    )


def convention(equation: Equation) -> str:
    """Says which state is the memory, what its gates mean, and which fraction a step keeps."""
    memory, kept = equation.states[equation.memory_index], kept_fraction(equation)
    fraction = {
        "": f"The fraction of it that a step keeps is `∂{memory}_t/∂{memory}_{{t-1}}`, with the "
        "outputs of the neurons held constant.",
        "0": "A step keeps nothing of it: only the neurons read the old value.",
        "1": "A step keeps all of it.",
    }.get(kept, f"A step keeps the fraction {kept} of it.")
    gates = [f"{gate.name}: {_meaning(equation, gate)}" for gate in equation.gates]
    return " ".join([f"The memory is {memory}. {fraction}", *gates])


def _meaning(equation, gate) -> str:
    """Returns a sentence that says what 1 and 0 mean for a gate."""
    if gate.meaning:
        return gate.meaning
    ends = {
        "forget": "1 keeps the old memory, 0 erases it.",
        "input": "1 writes the candidate, 0 writes nothing.",
        "output": "1 shows the memory to the output, 0 hides it.",
        "reset": "1 lets the candidate read the old state, 0 hides it.",
    }
    if gate.role in ends:
        return ends[gate.role]
    keep = attributes_of(equation).get("update_gate") == "keep"
    old, new = "keeps the old memory", "takes the candidate"
    return f"1 {old if keep else new}, 0 {new if keep else old}."


def kept_fraction(equation: Equation) -> str:
    """Returns the retention as an expression of one gate.

    It is found by comparison with random outputs of the neurons.

    Returns:
        "0", "1", the name of a neuron such as "f", or "1 - z"; "" if it is none of these.
    """
    rng = np.random.default_rng(0)
    outputs = [rng.uniform(size=(_ROWS, 1)) for _ in equation.neurons]
    states = [rng.uniform(size=(_ROWS, 1)) for _ in equation.states]
    # More columns than any unit needs; only neurons called in parts multiply them.
    matrix = np.zeros((1, 4 * len(outputs)))
    vectors = tuple(rng.uniform(size=vector.count) for vector in equation.vectors)
    x = np.ones((_ROWS, 1))
    found = retention(equation, Weights(matrix, matrix, None, vectors), x, states, outputs)
    names = [neuron.name for neuron in equation.neurons]
    candidates = {"0": np.zeros_like(found), "1": np.ones_like(found)}
    candidates |= dict(zip(names, outputs, strict=True))
    candidates |= {f"1 - {name}": 1 - g for name, g in zip(names, outputs, strict=True)}
    return next((text for text, value in candidates.items() if np.allclose(value, found)), "")


def _weights(cell, equation, formula: Formula) -> Iterator[WeightDescription]:
    stored = layout(equation)
    yield from _blocks(
        "kernel", cell.kernel, "D×M", [formula.input_matrix(k) for k in stored.kernel]
    )
    yield from _blocks(
        "recurrent_kernel",
        cell.recurrent_kernel,
        "M×M",
        [formula.recurrent_matrix(k, j) for k, j in stored.recurrent_kernel],
    )
    if cell.bias is not None:
        every = range(len(equation.neurons))
        yield from _blocks("bias", cell.bias, "M", [formula.bias(k) for k in every], row=0)
        if len(cell.bias.shape) == 2:
            reading = {read.neuron for read in symbolic(equation).reads if read.vectors}
            names = [formula.bias(k, recurrent=True) if k in reading else "" for k in every]
            yield from _blocks("bias", cell.bias, "M", names, row=1)
    for vector in equation.vectors:
        letters = f"{vector.count}M" if vector.count > 1 else "M"
        weight = cell.own_vectors[vector.name]
        yield from _blocks(vector.name, weight, letters, [vector.name])


def _blocks(name, weight, letters, names, row=None) -> Iterator[WeightDescription]:
    """Yields the weights that are equal blocks of the columns of a variable."""
    if not names:
        return
    shape = tuple(weight.shape)
    width = shape[-1] // len(names)
    of_row = f", row {row}" if row is not None and len(shape) == 2 else ""
    sizes = (width,) if row is not None else (*shape[:-1], width)
    for i, own in enumerate(names):
        if own:
            columns = f"{i * width}:{(i + 1) * width}"
            yield WeightDescription(own, letters, sizes, f"{name} {shape}{of_row}", columns)


def shape_text(weight: WeightDescription) -> str:
    """Returns the shape of a weight in letters and numbers, such as "D×M = 16×64"."""
    return f"{weight.letters} = {'×'.join(map(str, weight.sizes))}"


def described_together(weights: tuple[WeightDescription, ...]) -> list[list[WeightDescription]]:
    """Returns the weights of each variable as a list of their own."""
    variables: dict[Any, list[WeightDescription]] = {}
    for weight in weights:
        variables.setdefault(weight.variable, []).append(weight)
    return list(variables.values())
