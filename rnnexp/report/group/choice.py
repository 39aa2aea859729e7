"""The factors that a user chose to compare, by any name that they go by."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from rnnexp.config.errors import UserError, suggest
from rnnexp.report.group.factors import Factors
from rnnexp.report.group.values import ABSENT, format_value
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
    choice = suggest(asked, map(plain, dict.fromkeys(names.values())))
    if asked == "seed":
        raise UserError(f"--compare: seeds are averaged, not compared; {choice}")
    if same := _same_in_all_runs(asked, names, runs):
        raise UserError(f"--compare: {same}; {choice}")
    shown = plain(repr(asked), SHORT)
    raise UserError(f"--compare: {shown} is not a setting that differs between the runs; {choice}")


def _same_in_all_runs(asked: str, names: Mapping[str, str], runs: Sequence[Run]) -> str:
    """The text "task.length is 20 in all runs", if that is what was meant; "" otherwise."""
    keys = {key.rpartition(".")[2]: key for run in runs for key in run.settings}
    keys |= {key: key for key in keys.values()}
    close = get_close_matches(asked, [*names, *keys], n=1, cutoff=0.8)
    if not close or close[0] in names:
        return ""
    key = keys[close[0]]
    values = {format_value(run.settings.get(key, ABSENT)) for run in runs}
    return f"{key} is {plain(values.pop(), SHORT)} in all runs" if len(values) == 1 else ""
