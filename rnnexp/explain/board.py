"""What `rnnexp explain` shows of a unit, section by section."""

from rnnexp.explain.blocks import Lines, Paragraph, Section, Table
from rnnexp.explain.comparison import comparison
from rnnexp.explain.explanation import Explanation, Neuron, Sizes, Weight

_SIGNS = (
    "x_t is the input of a timestep, ⊙ the elementwise product, σ(a) = 1 / (1 + exp(-a)). "
    "v W is a matrix product."
)
_PARALLEL = (
    "A step is an affine map of the states, with coefficients that depend on x_t alone. So all "
    "timesteps can be computed in parallel."
)


def board(
    unit: Explanation, simple: Explanation, other: Explanation | None, sizes: Sizes | None
) -> list[Section]:
    """Returns the sections about a unit.

    Args:
        unit: The unit.
        simple: SimpleRNN, with which it is compared.
        other: A second unit beside it, or None.
        sizes: For which numbers are shown, or None.
    """
    return [
        _heading(unit),
        _equations(unit),
        _gates(unit),
        _neurons(unit),
        _weights(unit, sizes),
        _memory(unit),
        comparison(unit, simple, other, sizes),
    ]


def _heading(unit: Explanation) -> Section:
    names = " or ".join(f"model={name}" for name in unit.models)
    told = {
        "Source": unit.citation,
        "Purpose": unit.purpose,
        "Pitfalls": unit.pitfalls,
        "To train it": f"rnnexp train {names}" if len(unit.models) == 1 else "",
    }
    blocks = [Paragraph(f"{name}: {text}") for name, text in told.items() if text]
    return Section(unit.name, tuple(blocks))


def _equations(unit: Explanation) -> Section:
    defined = [Paragraph(" ".join(unit.definitions))] if unit.definitions else []
    return Section("Equations", (Lines(unit.equations), Paragraph(_SIGNS), *defined))


def _gates(unit: Explanation) -> Section:
    if not unit.gates:
        return Section("Gates", (Paragraph("This unit has no gates."),))
    rows = tuple((gate.name, gate.role, gate.meaning) for gate in unit.gates)
    return Section("Gates", (Table(("gate", "role", "what it is for"), rows),))


def _neurons(unit: Explanation) -> Section:
    rows = tuple((n.name, n.activation, _reads(n)) for n in unit.neurons)
    return Section(
        "Neurons",
        (Table(("neuron", "activation", "reads"), rows), Paragraph(_about_gates(unit))),
    )


def _reads(neuron: Neuron) -> str:
    told = neuron.concatenation if neuron.reads else "no vector"
    if neuron.weights_of:
        told += f" through the matrices of {neuron.weights_of}"
    if neuron.factor:
        told += f", its recurrent product times {neuron.factor}"
    if neuron.added:
        told += f", plus {neuron.added}"
    if neuron.pre_activation:
        told += f" in parts: of {neuron.pre_activation} + bias"
    return told


def _about_gates(unit: Explanation) -> str:
    if all(neuron.pre_activation for neuron in unit.neurons):
        return "A neuron in parts is a Dense layer whose products are used before they are summed."
    dense = "A neuron is a Dense layer of M units on the concatenation of the vectors it reads."
    gates = {gate.name for gate in unit.gates}
    named = [n for n in unit.neurons if n.name in gates and not n.pre_activation]
    logistic = [n for n in named if n.activation == "σ"]
    if not logistic:
        return dense
    names = _and([n.name for n in logistic])
    vectors = _and(list(dict.fromkeys(n.concatenation for n in logistic)))
    form = "is a logistic neuron" if len(logistic) == 1 else "are logistic neurons"
    more = "" if all(n.is_dense for n in logistic) else ", with the terms above"
    return f"{dense} {'Gate' if len(logistic) == 1 else 'Gates'} {names} {form} on {vectors}{more}."


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _weights(unit: Explanation, sizes: Sizes | None) -> Section:
    head = ("of", "weight", "multiplies", "shape")
    rows = [(n.name, *_weight(w)) for n in unit.neurons for w in n.weights]
    rows += [("the unit", *_weight(w)) for w in unit.vectors]
    total = ("all", "", "", str(unit.parameters))
    if sizes is None:
        return Section("Weights", (Table(head, (*rows, total)),))
    numbers = [f"{w.number(sizes):,}" for w in unit.weights]
    numbers.append(f"{unit.parameters.at(*sizes):,}")
    with_numbers = [(*row, n) for row, n in zip([*rows, total], numbers, strict=True)]
    return Section("Weights", (Table((*head, f"number for {sizes}"), tuple(with_numbers)),))


def _weight(weight: Weight) -> tuple[str, str, str]:
    return weight.name, weight.multiplies, weight.shape


def _memory(unit: Explanation) -> Section:
    state = unit.memory
    told = [Paragraph(unit.mixture)]
    if unit.keeps:
        told.append(
            Paragraph(
                f"A step keeps ∂{state}_t/∂{state}_{{t-1}} = {unit.keeps}, with the neurons held "
                "constant."
            )
        )
    if unit.parallel:
        told.append(Paragraph(_PARALLEL))
    states = _and([f"{name}_t" for name in unit.states])
    if unit.states[1:]:
        told.append(
            Paragraph(
                f"The states are {states}; {unit.states[0]}_t is the output, {state}_t the memory."
            )
        )
    return Section("Memory", tuple(told))
