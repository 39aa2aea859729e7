"""What it costs to look inside: whole default jobs with diagnostics and without."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from statistics import median

from rnnexp.bench.timing import ratio

SCHEDULES = ("none", "default", "every_step")


def seconds_of_jobs(repeats: int, overrides: Sequence[str] = ()) -> dict[str, list[float]]:
    """By schedule of conf/callbacks: seconds of `repeats` whole `rnnexp train` commands, in turn.

    Whole commands, for part of the cost comes once: compiling the trace, drawing the pictures.
    """
    found: dict[str, list[float]] = {schedule: [] for schedule in SCHEDULES}
    for _ in range(repeats):
        for schedule, seconds in found.items():
            seconds.append(_job([f"callbacks={schedule}", *overrides]))
    return found


def cost_line(seconds: dict[str, list[float]]) -> str:
    """A line: the job alone, and what it takes with each schedule in its place."""
    alone = seconds["none"]
    ratios = [f"{name} {ratio(seconds[name], alone):.2f}" for name in SCHEDULES[1:]]
    return (
        f"default job: {median(alone):.1f} s without diagnostics, median of {len(alone)} in turn; "
        f"with callbacks={', callbacks='.join(ratios)} times that"
    )


def _job(overrides: Sequence[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "rnnexp.cli", "train", *overrides]
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return time.perf_counter() - start
