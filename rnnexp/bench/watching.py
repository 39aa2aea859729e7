"""The cost of the diagnostics: whole default jobs with and without them."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from statistics import median

from rnnexp.bench.timing import ratio

SCHEDULES = ("none", "default", "every_step")


def seconds_of_jobs(repeats: int, overrides: Sequence[str] = ()) -> dict[str, list[float]]:
    """Measures whole `rnnexp train` commands, alternating between the schedules.

    Whole commands are measured because part of the cost occurs once: compiling the trace and
    drawing the figures.

    Args:
        repeats: The number of commands for each schedule, at least 1.
        overrides: Further overrides of every command.

    Returns:
        The seconds of the commands, for each schedule (a file of conf/callbacks).
    """
    found: dict[str, list[float]] = {schedule: [] for schedule in SCHEDULES}
    for _ in range(repeats):
        for schedule, seconds in found.items():
            seconds.append(_job([f"callbacks={schedule}", *overrides]))
    return found


def cost_line(seconds: dict[str, list[float]]) -> str:
    """Formats the seconds without diagnostics and the ratios with each schedule."""
    alone = seconds["none"]
    ratios = [f"{name} {ratio(seconds[name], alone):.2f}" for name in SCHEDULES[1:]]
    return (
        f"default job: {median(alone):.1f} s without diagnostics, median of {len(alone)}; "
        f"with callbacks={', callbacks='.join(ratios)} times that"
    )


def _job(overrides: Sequence[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "rnnexp.cli", "train", *overrides]
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return time.perf_counter() - start
