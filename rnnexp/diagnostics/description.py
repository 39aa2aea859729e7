"""A model in words: its recurrent layers' equations, shapes and parameter counts, as Markdown."""

import inspect

from rnnexp.diagnostics.recurrent import equation_of, recurrent_layers


def layer_table(model) -> str:
    """A row for each layer: name, class, output shape, number of parameters; their sum below."""
    rows = [
        f"| {layer.name} | {type(layer).__name__} | {_shape(layer)} | {layer.count_params():,} |"
        for layer in model._flatten_layers(include_self=False, recursive=False)
    ]
    head = ["| layer | class | output | parameters |", "|---|---|---|---:|"]
    return "\n".join([*head, *rows, f"| **all** | | | {model.count_params():,} |"])


def equations_text(model) -> str:
    """What each recurrent layer computes in a step, as its equation's docstring has it."""
    by_equation: dict[type, list[str]] = {}
    for name, layer in recurrent_layers(model).items():
        by_equation.setdefault(type(equation_of(layer)), []).append(name)
    return "\n\n".join(
        f"## {', '.join(names)}\n\n```\n{inspect.getdoc(equation)}\n```"
        for equation, names in by_equation.items()
    )


def _shape(layer):
    """B, T where the model leaves them open."""
    try:
        shape = layer.output.shape
    except (AttributeError, ValueError):  # of a subclassed model nothing is known before a call
        return "?"
    open_sizes = iter("BT")
    return f"({', '.join(str(size or next(open_sizes, '?')) for size in shape)})"
