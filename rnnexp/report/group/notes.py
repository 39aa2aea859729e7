"""What a reader must know before comparing these runs."""

from collections import Counter
from collections.abc import Sequence

from rnnexp.report.read.runs import Run


def notes(runs: Sequence[Run], repeats: Sequence[Run]) -> list[str]:
    """A sentence for each thing that makes the runs less comparable than they look."""
    told = []
    broken = sum(not run.readable for run in runs)
    if broken:
        told.append(f"{broken} of {len(runs)} runs cannot be read and are left out.")
    states = Counter(run.state for run in runs if run.readable and not run.completed)
    if states:
        listed = ", ".join(f"{n} {state}" for state, n in sorted(states.items()))
        told.append(f"{sum(states.values())} of {len(runs)} runs have not completed: {listed}.")
    if repeats:
        told.append(
            f"{len(repeats)} runs were made again with the same settings and seed: the last "
            "completed one counts, for the same seed is no further witness."
        )
    completed = [run for run in runs if run.completed]
    partial = sum(bool(run.notes) for run in completed)
    if partial:
        told.append(f"Of {partial} completed runs a part cannot be read: see below.")
    versions = {str(run.summary.get("versions")) for run in completed}
    if len(versions) > 1:
        told.append("The runs were made with different versions (see their summary.json).")
    machines = {str(run.summary.get("hardware")) for run in completed}
    if len(machines) > 1:
        told.append("The runs were made on different hardware: their seconds do not compare.")
    return told
