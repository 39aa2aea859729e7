"""Checks the names of an equation's parts, which occur together in weights, traces and plots."""

import re

from rnnexp.equations import Equation, Vector

_WEIGHTS = "kernel, recurrent_kernel, bias, b, b_h, W_x, W_h, W_h2, …"
_TRACE = "x, mask, time, batch, unit, feature, source, neuron, step, d_…, delta_…, …_0, …_part"
_RESERVED = re.compile(
    r"kernel|recurrent_kernel|bias|b|b_h|W_x|W_h\d*"
    r"|x|mask|time|batch|unit|feature|source|neuron|step|d_.*|delta_.*|.*_0|.*_part"
)


def check_names(equation: Equation) -> None:
    """Checks that every state, neuron, vector and derived gate has a unique name.

    Raises:
        ValueError: Two parts have the same name, a name is reserved for the weights or for traces,
            or a gate without a value does not have the name of a neuron.
    """
    kind = type(equation).__name__
    neurons = [neuron.name for neuron in equation.neurons]
    taken: dict[str, str] = {}
    for part, name in _named(equation):
        if not isinstance(name, str) or not name.isidentifier():
            raise ValueError(
                f"{kind} calls a {part} {name!r}; expected letters, digits and underscores, as in "
                "a name of Python"
            )
        if name in taken:
            raise ValueError(
                f"{kind} has a {taken[name]} and a {part} of the name {name!r}; expected a name of "
                "its own for each state, neuron, vector and gate with a value"
            )
        if _RESERVED.fullmatch(name):
            raise ValueError(
                f"{kind} calls a {part} {name!r}; expected another name than those of the weights "
                f"({_WEIGHTS}) and of what a trace has ({_TRACE})"
            )
        taken[name] = part
    for gate in equation.gates:
        if gate.value is None and gate.name not in neurons:
            raise ValueError(
                f"{kind} has a gate {gate.name!r} without a value; expected the name of a neuron "
                f"({', '.join(neurons)}), or a value"
            )


def _named(equation: Equation) -> list[tuple[str, str]]:
    starts = [start for start in equation.initial.values() if isinstance(start, Vector)]
    return [
        *(("state", name) for name in equation.states),
        *(("neuron", neuron.name) for neuron in equation.neurons),
        *(("vector", vector.name) for vector in (*equation.vectors, *starts)),
        *(("gate", gate.name) for gate in equation.gates if gate.value is not None),
    ]
