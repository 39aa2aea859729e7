"""A unit beside SimpleRNN, and beside another unit."""

from collections.abc import Callable, Mapping
from typing import Any

from rnnexp.explain.blocks import Lines, Paragraph, Section, Table
from rnnexp.explain.explanation import Count, Explanation, Sizes


def comparison(
    unit: Explanation, simple: Explanation, other: Explanation | None, sizes: Sizes | None
) -> Section:
    """Returns the section that compares units; see `board` for the arguments."""
    asked = [one for one in (unit, other) if one is not None and one != simple]
    others = asked[:1] if other == unit else asked
    head = ["", simple.name]
    for one in others:
        head += [one.name, "ratio"]
    tables = [_table(head, _ROWS, simple, others, None)]
    if sizes is not None:
        tables.append(_table([f"for {sizes}", *head[1:]], _SIZED, simple, others, sizes))
    title = f"Beside {simple.name}" if others else "Cost of a step"
    return Section(title, (Lines(_in_one_line(simple)), *tables, Paragraph(_COUNTED)))


_COUNTED = (
    "Multiplications are those of one step and one sequence: in matrix products, and elementwise. "
    "Activations are not counted."
)


def _in_one_line(unit: Explanation) -> tuple[str, ...]:
    """The equations; those of a unit with one neuron that is its state as one line."""
    if len(unit.equations) != 2:
        return unit.equations
    (neuron, text), (state, value) = (line.split(" = ", 1) for line in unit.equations)
    return (f"{state} = {text}",) if value == neuron else unit.equations


_ROWS: dict[str, Callable[[Explanation], Any]] = {
    "neurons": lambda one: len(one.neurons),
    "gates": lambda one: len(one.gates),
    "states": lambda one: ", ".join(one.states),
    "keeps": lambda one: one.keeps,
    "parallel in time": lambda one: "yes" if one.parallel else "no",
    "parameters": lambda one: one.parameters,
    "multiplications in products": lambda one: one.products,
    "elementwise": lambda one: Count(units=one.elementwise),
}
_SIZED: dict[str, Callable[[Explanation], Count]] = {
    "parameters": lambda one: one.parameters,
    "multiplications": lambda one: one.multiplications,
}


def _table(
    head: list[str],
    rows: Mapping[str, Callable[[Explanation], Any]],
    simple: Explanation,
    others: list[Explanation],
    sizes: Sizes | None,
) -> Table:
    found = []
    for name, of in rows.items():
        base = of(simple)
        row = [name, _cell(base, sizes)]
        for one in others:
            row += [_cell(of(one), sizes), _ratio(of(one), base, sizes)]
        found.append(tuple(row))
    return Table(tuple(head), tuple(found))


def _cell(value: Any, sizes: Sizes | None) -> str:
    return f"{value.at(*sizes):,}" if sizes is not None else str(value)


def _ratio(value: Any, base: Any, sizes: Sizes | None) -> str:
    if isinstance(value, str):
        return ""
    if isinstance(value, int):
        return f"{value / base:.3g}×" if base else ""
    if sizes is not None:
        return f"{value.at(*sizes) / base.at(*sizes):.3g}×"
    return ratio_in_letters(value, base)


def ratio_in_letters(value: Count, base: Count) -> str:
    """Returns a ratio that holds for all D and M: "3×", or the range in which it is, "1 to 2×"."""
    pairs = [
        (value.inputs, base.inputs),
        (value.recurrent, base.recurrent),
        (value.units, base.units),
    ]
    if any(over and not under for over, under in pairs):
        return ""
    ratios = sorted({over / under for over, under in pairs if under})
    if not ratios:
        return ""
    low, high = ratios[0], ratios[-1]
    return f"{low:.3g}×" if low == high else f"{low:.3g} to {high:.3g}×"
