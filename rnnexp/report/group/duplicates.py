"""Leaves out runs that repeat another one: the same seed adds no evidence."""

from collections.abc import Sequence

from rnnexp.report.group.factors import NOT_COMPARED
from rnnexp.report.read.runs import Run


def drop_duplicates(runs: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """Keep one of all runs that have the same settings and the same seed.

    The same seed gives the same numbers, so a duplicate would narrow the intervals and add nothing.
    A completed run is preferred to others, and then the last one by its path, which begins with
    its date.

    Returns:
        The runs to report, and the duplicates that are left out, both in the order of `runs`.
    """
    best: dict[object, Run] = {}
    for run in runs:
        key = _identity(run)
        if key not in best or run.completed >= best[key].completed:
            best[key] = run
    kept = {id(run) for run in best.values()}
    return [r for r in runs if id(r) in kept], [r for r in runs if id(r) not in kept]


def _identity(run: Run) -> object:
    if not (run.readable and run.settings):
        return run.folder
    return frozenset((k, repr(v)) for k, v in run.settings.items() if k not in NOT_COMPARED)
