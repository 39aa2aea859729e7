"""The page docs/units.md: every unit, as Markdown."""

import textwrap
from collections.abc import Sequence

from rnnexp.explain.explanation import Explanation

_WIDTH = 120
_HEAD = (
    "`make catalogue` writes this page from the equations in "
    "[`rnnexp/equations/`](../rnnexp/equations). `rnnexp explain UNIT` shows more of one unit: "
    "every weight, what each neuron reads, and the unit beside SimpleRNN.",
    "D is the number of input features, M the number of units. x_t is the input of a timestep, ⊙ "
    "the elementwise product and σ(a) = 1 / (1 + exp(-a)). Parameters include biases. "
    "Multiplications are those of one step and one sequence; activations are not counted. A step "
    "keeps ∂memory_t/∂memory_{t-1}, with the neurons held constant. A unit is parallel if a step "
    "is an affine map of the states, so that all timesteps can be computed at once.",
)

_HORIZONS = """\
## How far back each unit reaches

![The horizon of every unit, before and after training](pictures/horizons.png)

{text}

```
rnnexp train -m experiment=every_unit 'model=glob(*,exclude=*_chrono)' 'seed=range(5)' \\
  outputs=horizons
rnnexp report horizons
cp horizons/report/figures/horizon.png docs/pictures/horizons.png
```

{shown}

```
rnnexp train -m experiment=every_unit model=gru_chrono,lstm_chrono 'seed=range(5)'
```"""
_HORIZONS_TEXT = (
    "The task is to name the first of 100 tokens at the last timestep; each run has 600 training "
    "steps. The horizon, on the left, is the number of steps back from the last for which the "
    "gradient at the state that carries the memory stays above 1 % of its value at the last step; "
    "the dotted line is the whole task. On the right is the share of the first state that the "
    "gates still carry at the end. Marks are medians over five seeds, lines are ranges. The GRU is "
    "that of `model=gru`; its other variants are not in the picture. These commands draw it again:"
)

_SHOWN_TEXT = (
    "The initial values decide most of it. Ten units start with a horizon of nearly the whole "
    "task, and seven of them solve it with at least one seed; training takes the horizon from "
    "IRNN and BRC. Of the 23 units that start below 50 timesteps, only SimpleRNN and LayerNormGRU "
    "solve the task, each with two seeds of five. This says little about the units themselves: "
    "with the biases of `gate_bias=chrono` (see [initialisers.md](initialisers.md)), GRU and LSTM "
    "start with horizons of 99 and 98, and all five seeds of both solve the task within 300 steps:"
)


def page(units: Sequence[Explanation]) -> str:
    """Returns the page about some units."""
    head = (
        "unit",
        "year",
        "`model=`",
        "states",
        "gates",
        "parameters",
        "multiplications",
        "parallel",
    )
    rows = [_row(unit) for unit in units]
    table = _table(head, rows)
    horizons = _HORIZONS.format(
        text=textwrap.fill(_HORIZONS_TEXT, _WIDTH), shown=textwrap.fill(_SHOWN_TEXT, _WIDTH)
    )
    head_text = [textwrap.fill(text, _WIDTH) for text in _HEAD]
    parts = ["# Units", *head_text, horizons, "## Overview", table]
    return "\n\n".join([*parts, *map(_section, units)]) + "\n"


def _row(unit: Explanation) -> tuple[str, ...]:
    return (
        f"[{unit.name}](#{unit.name.lower()})",
        str(unit.year),
        ", ".join(f"`{model}`" for model in unit.models),
        ", ".join(unit.states),
        ", ".join(gate.name for gate in unit.gates),
        str(unit.parameters),
        str(unit.multiplications),
        "yes" if unit.parallel else "no",
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _section(unit: Explanation) -> str:
    memory = unit.memory
    items = [
        f"Notation: {' '.join(unit.definitions)}" if unit.definitions else "",
        f"Purpose: {unit.purpose}",
        f"Pitfalls: {unit.pitfalls}",
        *(f"Gate {gate.name} ({gate.role}): {gate.meaning}" for gate in unit.gates),
        f"Memory: {unit.mixture}",
        f"A step keeps: {unit.keeps}" if unit.keeps else "",
        "Parallel in time: yes" if unit.parallel else "",
        f"States: {', '.join(unit.states)}; {unit.states[0]} is the output, {memory} the memory",
        f"Parameters: {unit.parameters}",
        f"Multiplications: {unit.products} in matrix products, {unit.elementwise} M elementwise",
    ]
    listed = "\n".join(_wrapped(f"- {item}", "  ") for item in items if item)
    equations = "\n".join(unit.equations)
    citation = _wrapped(unit.citation)
    return f"## {unit.name}\n\n{citation}\n\n```text\n{equations}\n```\n\n{listed}"


def _wrapped(text: str, hang: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=hang, break_on_hyphens=False)
