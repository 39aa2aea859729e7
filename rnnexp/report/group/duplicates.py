"""The same run made twice is one witness, not two."""

from collections.abc import Sequence

from rnnexp.report.read.runs import Run

_PLACES = ("outputs", "trust", "hardware.threads", "hardware.memory_growth")


def without_repeats(runs: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """The runs to report, and those left out: other runs of the same settings and seed.

    The same seed gives the same numbers, so a repeat would narrow the intervals and add nothing. A
    completed one is kept before others, then the last by its path, which begins with its date.
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
    return frozenset((k, repr(v)) for k, v in run.settings.items() if k not in _PLACES)
