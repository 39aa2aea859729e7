"""How a sweep stands: a line for each job that ends, on a terminal also one for all of them."""

import shutil
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic as clock
from typing import Any

from rnnexp.console.messages import outcome
from rnnexp.sweeps import status
from rnnexp.sweeps.sweep import Sweep

_POLL = 0.5  # seconds between two looks at the folder
_ENDED = ("completed", "failed", "interrupted", status.UNREADABLE)


@contextmanager
def show_progress(folder: Path, asked: Sweep) -> Iterator[None]:
    """Tell of the jobs in `folder` while the block runs them, in this process or in others."""
    shown = Progress(folder, asked.jobs, asked.names)
    over = threading.Event()

    def follow() -> None:
        while not over.wait(_POLL):
            shown.look()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        shown.look(last=True)


class Progress:
    """Reads the summaries in a sweep's folder.

    jobs: how many there will be, None if unknown. names: of their folders, None if unknown.
    What a summary says that is older than this object is how an earlier start of the sweep ended.
    """

    def __init__(self, folder: Path, jobs: int | None, names: list[str] | None = None) -> None:
        self._folder = folder
        self._jobs = jobs
        self._names = names
        self._written: dict[Path, int | None] = {}
        self._found: dict[Path, dict[str, Any]] = {}
        self._read()
        self._old = set(self._found)
        self._told: set[Path] = set()
        self._start = clock()
        self._live = sys.stderr.isatty()
        if done := self._count()["completed"]:
            print(f"{done} of {jobs or 'the'} jobs completed before", flush=True)

    def look(self, last: bool = False) -> None:
        """Tell of every job that has ended since the last look; then how many are left."""
        self._old -= self._read()
        ended = [job for job, s in self._new() if s["state"] in _ENDED and job not in self._told]
        if self._live and (ended or last):
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        for job in ended:
            self._told.add(job)
            print(f"{job.name}: {outcome(self._found[job])}", flush=True)
        if self._live and not last:
            line = self.standing()[: shutil.get_terminal_size().columns - 1]
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def standing(self) -> str:
        """As in '3 of 24 done, 2 running, 1 failed, about 4 min left'; as of the last look."""
        count = self._count()
        running = sum(s["state"] == "running" for _, s in self._new())
        done, failed = count["completed"], count["failed"]
        parts = [f"{done} of {self._jobs} done" if self._jobs else f"{done} done"]
        parts.append(f"{running} running")
        if failed:
            parts.append(f"{failed} failed")
        if self._jobs and self._told:
            seconds = (clock() - self._start) / len(self._told) * (self._jobs - done - failed)
            parts.append(f"about {_duration(seconds)} left")
        return ", ".join(parts)

    def _read(self) -> set[Path]:
        """Read every summary that has been written since it was last read; whose they are."""
        written = {
            job: status.modified_at(job) for job in status.job_folders(self._folder, self._names)
        }
        fresh = {job for job, at in written.items() if at and at != self._written.get(job)}
        self._written = written
        found = {job: status.read_summary(job) for job in fresh}
        self._found |= {job: summary for job, summary in found.items() if summary}
        return fresh

    def _new(self) -> list[tuple[Path, dict[str, Any]]]:
        """The jobs that this start of the sweep has come to, in their order."""
        return [
            (job, self._found[job])
            for job in self._written
            if job in self._found and job not in self._old
        ]

    def _count(self) -> Counter[str]:
        return Counter(str(summary["state"]) for summary in self._found.values())


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
