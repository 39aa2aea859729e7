"""Describes a model in Markdown: the equations, shapes and parameter counts of its layers."""

from rnnexp.diagnostics.layer_description import (
    LayerDescription,
    WeightDescription,
    described_together,
    layer_descriptions,
    shape_text,
)

_LETTERS = "D is the number of features of x_t, and M the number of units."


def layer_table(model) -> str:
    """Returns a table of all layers with name, class, output shape and number of parameters."""
    rows = [
        f"| {layer.name} | {type(layer).__name__} | {_shape(layer)} | {layer.count_params():,} |"
        for layer in model._flatten_layers(include_self=False, recursive=False)
    ]
    head = ["| layer | class | output | parameters |", "|---|---|---|---:|"]
    return "\n".join([*head, *rows, f"| **all** | | | {model.count_params():,} |"])


def equations_text(model) -> str:
    """Returns the formula, conventions, source and weights of each recurrent layer.

    Layers with the same formula share a section.
    """
    alike: dict[tuple[str, str, str], dict[str, LayerDescription]] = {}
    for name, layer in layer_descriptions(model).items():
        alike.setdefault(layer[:3], {})[name] = layer
    sections = [
        f"## {', '.join(layers)}\n\n```\n{formula}\n```\n\n{convention}\n\n{source}\n\n"
        + "\n\n".join(_weights_text(name, layer) for name, layer in layers.items())
        for (formula, source, convention), layers in alike.items()
    ]
    return "\n\n".join([*sections, _LETTERS])


def _weights_text(name: str, layer: LayerDescription) -> str:
    """Returns a list of the weights with their shapes, and where each is stored."""
    lines = [_line(weights) for weights in described_together(layer.weights)]
    return "\n".join([f"`{name}` has {layer.parameters:,} parameters:\n", *lines])


def _line(weights: list[WeightDescription]) -> str:
    first, *others = weights
    names = ", ".join(weight.name for weight in weights)
    if not others:
        return f"- `{names}`: {shape_text(first)}, stored as `{first.variable}`"
    return f"- `{names}`: {shape_text(first)} each, in this order the columns of `{first.variable}`"


def _shape(layer):
    """B, T where the model leaves them open."""
    try:
        shape = layer.output.shape
    except (AttributeError, ValueError):  # of a subclassed model nothing is known before a call
        return "?"
    open_sizes = iter("BT")
    return f"({', '.join(str(size or next(open_sizes, '?')) for size in shape)})"
