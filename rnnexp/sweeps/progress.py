"""The progress of a sweep: a line per job that ends and, on a terminal, one for the whole."""

import shutil
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic as clock

from rnnexp.console.messages import outcome_message
from rnnexp.runs.summary import Summary
from rnnexp.sweeps import status
from rnnexp.sweeps.sweep import Sweep

_INTERVAL = 0.5  # seconds between two readings of the folder
_ENDED = ("completed", "failed", "interrupted", status.UNREADABLE)


@contextmanager
def show_progress(folder: Path, sweep: Sweep) -> Iterator[None]:
    """Show the progress of `sweep` in `folder` while the block runs its jobs, in any process."""
    progress = Progress(folder, sweep.jobs, sweep.names)
    ended = threading.Event()

    def follow() -> None:
        while not ended.wait(_INTERVAL):
            progress.update()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        progress.update(last=True)


class Progress:
    """Reads the summaries in the folder of a sweep and prints what has changed.

    A summary older than this object belongs to an earlier start of the sweep.

    Args:
        folder: The folder of the sweep.
        jobs: The number of jobs, None if unknown.
        names: The names of the jobs' folders, None if unknown.
    """

    def __init__(self, folder: Path, jobs: int | None, names: list[str] | None = None) -> None:
        self._folder = folder
        self._jobs = jobs
        self._names = names
        self._modified: dict[Path, int | None] = {}
        self._summaries: dict[Path, Summary] = {}
        self._read_changes()
        self._earlier = set(self._summaries)
        self._reported: set[Path] = set()
        self._start = clock()
        self._is_terminal = sys.stderr.isatty()
        if completed := self._count()["completed"]:
            print(f"{completed} of {jobs or 'the'} jobs completed before", flush=True)

    def update(self, last: bool = False) -> None:
        """Print a line for every job that ended since the last call, then the status line.

        Args:
            last: Whether the sweep has ended; the status line is then removed.
        """
        self._earlier -= self._read_changes()
        ended = [
            job
            for job, summary in self._current()
            if summary.state in _ENDED and job not in self._reported
        ]
        if self._is_terminal and (ended or last):
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        for job in ended:
            self._reported.add(job)
            print(f"{job.name}: {outcome_message(self._summaries[job])}", flush=True)
        if self._is_terminal and not last:
            line = self.status_line()[: shutil.get_terminal_size().columns - 1]
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def status_line(self) -> str:
        """For example '3 of 24 done, 2 running, 1 failed, about 4 min left'."""
        count = self._count()
        running = sum(summary.state == "running" for _, summary in self._current())
        done, failed = count["completed"], count["failed"]
        parts = [f"{done} of {self._jobs} done" if self._jobs else f"{done} done"]
        parts.append(f"{running} running")
        if failed:
            parts.append(f"{failed} failed")
        if self._jobs and self._reported:
            seconds_per_job = (clock() - self._start) / len(self._reported)
            left = _duration(seconds_per_job * (self._jobs - done - failed))
            parts.append(f"about {left} left")
        return ", ".join(parts)

    def _read_changes(self) -> set[Path]:
        """Read every summary that was written since the last call; return the jobs' folders."""
        jobs = status.job_folders(self._folder, self._names)
        modified = {job: status.modified_at(job) for job in jobs}
        changed = {
            job for job, time in modified.items() if time and time != self._modified.get(job)
        }
        self._modified = modified
        summaries = {job: status.read_summary(job) for job in changed}
        self._summaries |= {job: summary for job, summary in summaries.items() if summary}
        return changed

    def _current(self) -> list[tuple[Path, Summary]]:
        """The jobs that this start of the sweep has reached, in order."""
        return [
            (job, self._summaries[job])
            for job in self._modified
            if job in self._summaries and job not in self._earlier
        ]

    def _count(self) -> Counter[str]:
        return Counter(summary.state for summary in self._summaries.values())


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
