"""Describes a model in Markdown: the equations, shapes and parameter counts of its layers."""

import inspect
from math import prod
from typing import Any

from rnnexp.diagnostics.formula import formula
from rnnexp.diagnostics.labelled import recurrent_name
from rnnexp.diagnostics.recurrent import equation_of, recurrent_layers, weights_of
from rnnexp.engine.weights import layout


def layer_table(model) -> str:
    """Returns a table of all layers with name, class, output shape and number of parameters."""
    rows = [
        f"| {layer.name} | {type(layer).__name__} | {_shape(layer)} | {layer.count_params():,} |"
        for layer in model._flatten_layers(include_self=False, recursive=False)
    ]
    head = ["| layer | class | output | parameters |", "|---|---|---|---:|"]
    return "\n".join([*head, *rows, f"| **all** | | | {model.count_params():,} |"])


def equations_text(model) -> str:
    """Returns the formula, source and weight shapes of each recurrent layer.

    Layers with the same formula share a section.
    """
    alike: dict[tuple[str, str], dict[str, Any]] = {}
    for name, layer in recurrent_layers(model).items():
        alike.setdefault(_computed(layer), {})[name] = layer
    return "\n\n".join(
        f"## {', '.join(layers)}\n\n```\n{text}\n```\n\n{source}\n\n"
        + "\n".join(f"- `{name}`: {_weights(layer)}" for name, layer in layers.items())
        for (text, source), layers in alike.items()
    )


def _computed(layer) -> tuple[str, str]:
    """Returns the formula, and the first paragraph of the equation's docstring."""
    equation, bias = equation_of(layer), weights_of(layer).bias
    text = formula(equation, biases=0 if bias is None else len(bias.shape))
    return text, (inspect.getdoc(equation) or "").partition("\n\n")[0]


def _weights(layer) -> str:
    """Returns the shapes of a layer's weights, the order of columns, and the parameter count."""
    cell, equation = layer.cell, equation_of(layer)
    named = {"W_x": cell.kernel, "W_h": cell.recurrent_kernel, "b": cell.bias}
    named |= getattr(cell, "own_vectors", {})
    shapes = {name: tuple(w.shape) for name, w in named.items() if w is not None}
    told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
    return f"{told}{_order(equation)}; {sum(map(prod, shapes.values())):,} parameters"


def _order(equation) -> str:
    """Which neuron each block of columns belongs to, where there are several."""
    names = [neuron.name for neuron in equation.neurons]
    stored = layout(equation)
    several = any(position for _, position in stored.recurrent_kernel)
    orders = {
        "W_x": [names[k] for k in stored.kernel],
        "W_h": [
            f"{names[k]} {recurrent_name(position)}" if several else names[k]
            for k, position in stored.recurrent_kernel
        ],
        "b": names,
    }
    orders = {weight: order for weight, order in orders.items() if order}
    if all(order == names for order in orders.values()):
        return f", columns in the order {', '.join(names)}" if names[1:] else ""
    blocks = [f"{weight} {', '.join(order)}" for weight, order in orders.items() if order[1:]]
    return f", columns in the order: {'; '.join(blocks)}"


def _shape(layer):
    """B, T where the model leaves them open."""
    try:
        shape = layer.output.shape
    except (AttributeError, ValueError):  # of a subclassed model nothing is known before a call
        return "?"
    open_sizes = iter("BT")
    return f"({', '.join(str(size or next(open_sizes, '?')) for size in shape)})"
