"""The factors that a user chose to compare, by any name that they go by."""

from collections.abc import Mapping, Sequence

from rnnexp.config.errors import UserError, suggest
from rnnexp.report.group.factors import Factors
from rnnexp.report.group.values import format_value
from rnnexp.report.read.runs import Run
from rnnexp.report.text import SHORT, plain

_ALSO = {"model": "unit", "layer": "unit"}


def check_choice(compare: Sequence[str], factors: Factors, runs: Sequence[Run]) -> list[str]:
    """The names of the chosen factors.

    Args:
        compare: What the user wrote: names of factors, or keys of a config.
        factors: The settings that differ between the runs.
        runs: The runs.

    Raises:
        UserError: A name is not that of a factor.
    """
    names = {**{name: name for name in factors.table}, **{k: n for n, k in factors.keys.items()}}
    for name, factor in _ALSO.items():
        if factor in factors.table:
            names.setdefault(name, factor)
    return list(dict.fromkeys(_factor(asked.strip(), names, runs) for asked in compare))


def _factor(asked: str, names: Mapping[str, str], runs: Sequence[Run]) -> str:
    if asked in names:
        return names[asked]
    shown = plain(repr(asked), SHORT)
    choice = suggest(asked, map(plain, dict.fromkeys(names.values())))
    if asked == "seed":
        raise UserError(f"--compare: seeds are averaged, not compared; {choice}")
    for key in (asked, *(f"{s}.{asked}" for s in ("model", "task", "optimizer", "trainer"))):
        values = {format_value(run.settings[key]) for run in runs if key in run.settings}
        if len(values) == 1:
            raise UserError(
                f"--compare: {key} is {plain(values.pop(), SHORT)} in all runs; {choice}"
            )
    raise UserError(f"--compare: {shown} is not a setting that differs between the runs; {choice}")
