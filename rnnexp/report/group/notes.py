"""Notes on what a reader must know before comparing the runs."""

from collections import Counter
from collections.abc import Sequence

from rnnexp.report.group.run_group import Section
from rnnexp.report.group.together import names_together
from rnnexp.report.read.runs import Run
from rnnexp.report.text import plain


def section_notes(section: Section) -> list[str]:
    """One sentence for each thing that makes the groups of a section less comparable."""
    notes = list(section.notes)
    together = names_together(section.together)
    if together:
        notes.append(
            f"What changes together cannot be told apart: {plain('; '.join(together))}. A "
            "difference between these groups may come from any of them."
        )
    completed = [run for run in section.runs if run.completed]
    n_stopped = sum(run.stopped_when_solved for run in completed)
    if n_stopped:
        notes.append(
            f"{n_stopped} of {len(completed)} completed runs stopped when the validation split was "
            "solved. Their scores are of that moment, so the steps to solve are compared instead."
        )
    trained = [run.summary.get("steps") for run in completed if not run.stopped_when_solved]
    steps = {n for n in trained if n is not None}
    is_chosen = {"steps", "epochs"} & set(section.columns)
    if len(steps) > 1 and not is_chosen:
        notes.append(
            f"The runs were trained for different numbers of steps: {min(steps)} to {max(steps)}."
        )
    return notes


def comparability_notes(runs: Sequence[Run], duplicates: Sequence[Run]) -> list[str]:
    """One sentence for each thing that makes the runs less comparable than they look.

    Args:
        runs: The runs that are reported.
        duplicates: The runs that were left out by `drop_duplicates`.
    """
    notes = []
    n_unreadable = sum(not run.readable for run in runs)
    if n_unreadable:
        notes.append(f"Left out, because they cannot be read: {n_unreadable} of {len(runs)} runs.")
    states = Counter(run.state for run in runs if run.readable and not run.completed)
    if states:
        listed = ", ".join(f"{n} {state}" for state, n in sorted(states.items()))
        notes.append(f"{sum(states.values())} of {len(runs)} runs have not completed: {listed}.")
    if duplicates:
        notes.append(
            f"Left out, because another run has the same settings and seed: {len(duplicates)}. The "
            "last completed one counts; the others would only repeat its numbers."
        )
    completed = [run for run in runs if run.completed]
    n_partial = sum(bool(run.notes) for run in completed)
    if n_partial:
        notes.append(f"Completed runs of which a file cannot be read: {n_partial}, see below.")
    if len({str(run.summary.get("versions")) for run in completed}) > 1:
        notes.append("The runs were made with different versions (see their summary.json).")
    if len({str(run.summary.get("hardware")) for run in completed}) > 1:
        notes.append(
            "The runs were made on different hardware, so their seconds cannot be compared."
        )
    return notes
