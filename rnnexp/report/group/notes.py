"""Notes on what a reader must know before comparing the runs."""

from collections import Counter
from collections.abc import Sequence

from rnnexp.report.read.runs import Run


def comparability_notes(runs: Sequence[Run], duplicates: Sequence[Run]) -> list[str]:
    """One sentence for each thing that makes the runs less comparable than they look.

    Args:
        runs: The runs that are reported.
        duplicates: The runs that were left out by `drop_duplicates`.
    """
    notes = []
    n_unreadable = sum(not run.readable for run in runs)
    if n_unreadable:
        notes.append(f"{n_unreadable} of {len(runs)} runs cannot be read and are left out.")
    states = Counter(run.state for run in runs if run.readable and not run.completed)
    if states:
        listed = ", ".join(f"{n} {state}" for state, n in sorted(states.items()))
        notes.append(f"{sum(states.values())} of {len(runs)} runs have not completed: {listed}.")
    if duplicates:
        notes.append(
            f"{len(duplicates)} runs repeat another run with the same settings and seed, and are "
            "left out; the last completed one counts. The same seed gives the same numbers again."
        )
    completed = [run for run in runs if run.completed]
    n_partial = sum(bool(run.notes) for run in completed)
    if n_partial:
        notes.append(f"{n_partial} completed runs can be read only in part: see below.")
    if len({str(run.summary.get("versions")) for run in completed}) > 1:
        notes.append("The runs were made with different versions (see their summary.json).")
    if len({str(run.summary.get("hardware")) for run in completed}) > 1:
        notes.append(
            "The runs were made on different hardware, so their seconds cannot be compared."
        )
    return notes
