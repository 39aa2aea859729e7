"""An equation as text: its own `step`, run on symbols in place of tensors."""

import dataclasses
from collections import Counter
from typing import Any

import keras

from rnnexp.engine.neurons import step
from rnnexp.equations import Equation

_SUM, _PRODUCT, _WHOLE = range(3)  # how firmly a text holds together


def formula(equation: Equation, biases: int = 1) -> str:
    """What the equation computes in a step, a line for each neuron and each state.

    biases: none, one, or a second one beside the recurrent product. ⊙ multiplies elementwise.
    Raises TypeError, ValueError or AttributeError for a step that takes more than sums and products
    of neurons and states, and the activations among the equation's fields.
    """
    lines: list[str] = []
    neurons = [_neuron(equation, k, biases, lines) for k in range(len(equation.neurons))]
    named = _with_named_activations(equation)
    following = step(named, neurons, [_Symbol(f"{s}_{{t-1}}") for s in equation.states])
    values = {f"{name}_t": new.text for name, new in zip(equation.states, following, strict=True)}
    # What is a part of another state is computed before it.
    for name, value in sorted(values.items(), key=lambda item: len(item[1])):
        for part in values:
            if part != name:
                value = value.replace(f"({values[part]})", f"({part})")
        lines.append(f"{name} = {value}")
    return "\n".join(lines)


@dataclasses.dataclass(frozen=True)
class _Symbol:
    text: str
    firmness: int = _WHOLE

    def inside(self, firmness: int) -> str:
        """Its text where something that holds together so firmly is written around it."""
        return self.text if self.firmness >= firmness else f"({self.text})"

    def __add__(self, other):
        return _joined(self, "+", other, _SUM)

    def __radd__(self, other):
        return _joined(other, "+", self, _SUM)

    def __sub__(self, other):
        return _joined(self, "-", other, _SUM)

    def __rsub__(self, other):
        return _joined(other, "-", self, _SUM)

    def __mul__(self, other):
        return _joined(self, "⊙", other, _PRODUCT)

    def __rmul__(self, other):
        return _joined(other, "⊙", self, _PRODUCT)

    def __neg__(self):
        return _Symbol(f"-{self.inside(_WHOLE)}", _SUM)


def _joined(left, sign, right, firmness):
    left, right = (x if isinstance(x, _Symbol) else _Symbol(f"{x:g}") for x in (left, right))
    after = firmness + (sign == "-")  # a - (b + c)
    return _Symbol(f"{left.inside(firmness)} {sign} {right.inside(after)}", firmness)


def _with_named_activations(equation):
    fields = {f.name: getattr(equation, f.name) for f in dataclasses.fields(equation)}
    named = {name: _named(value) for name, value in fields.items() if callable(value)}
    return dataclasses.replace(equation, **named)


def _named(activation: Any):
    """A function that writes its name before its argument; σ for the sigmoid."""
    own = getattr(activation, "__name__", type(activation).__name__)
    name = "σ" if activation is keras.activations.sigmoid else own
    return lambda symbol: _Symbol(f"{name}({symbol.text})")


def _neuron(equation, k, biases, lines):
    """The equation's neuron k, which adds its line to `lines` when it is read."""
    neuron, letter = equation.neurons[k], _letter(equation, k)
    activation = _named(neuron.activation)
    from_input, own_bias = f"x_t W_x{letter}", f"b_{letter}" if letter else "b"

    def read(v, gate=None):
        from_state = f"{v.inside(_WHOLE)} W_h{letter}"
        if biases == 2:
            from_state += f" + b_h{letter}"
        if gate is not None:
            from_state = f"{gate.inside(_PRODUCT)} ⊙ ({from_state})"
        terms = [from_input, from_state]
        if biases:
            terms.insert(1 if gate is not None or biases == 2 else 2, own_bias)
        output = activation(_Symbol(" + ".join(terms), _SUM))
        lines.append(f"{neuron.name} = {output.text}")
        return _Symbol(neuron.name)

    return read


def _letter(equation, k):
    """What its weights are told by: nothing where it is the only neuron, its first letter, …"""
    names = [neuron.name for neuron in equation.neurons]
    if len(names) == 1:
        return ""
    first = Counter(name[0] for name in names)
    return names[k][0] if first[names[k][0]] == 1 else f"_{names[k]}"
