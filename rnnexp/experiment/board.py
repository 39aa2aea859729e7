"""How a sweep stands: a line for each job that ends, on a terminal also one for all of them."""

import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rnnexp.experiment import verdict
from rnnexp.experiment.closing import outcome
from rnnexp.experiment.folder import SUMMARY

_POLL = 0.5  # seconds between two looks at the folder
_ENDED = ("completed", "failed", "interrupted")


@contextmanager
def board(folder: Path, jobs: int | None) -> Iterator[None]:
    """Tell of the jobs in `folder` while the block runs them, in this process or in others."""
    shown = Board(folder, jobs)
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


class Board:
    """Reads the summaries in a sweep's folder; `jobs`: how many there will be, None if unknown.

    What a summary says that is older than this object is how an earlier start of the sweep ended.
    """

    def __init__(self, folder: Path, jobs: int | None) -> None:
        self._folder = folder
        self._jobs = jobs
        self._before = _looked_at(folder)
        self._told: set[Path] = set()
        self._start = time.monotonic()
        self._live = sys.stderr.isatty()
        if done := sum(_state(s) == "completed" for s in verdict.of_all(folder).values()):
            print(f"{done} of {jobs or 'the'} jobs completed before", flush=True)

    def look(self, last: bool = False) -> None:
        """Tell of every job that has ended since the last look; then how many are left."""
        found = verdict.of_all(self._folder)
        new = self._of_this_start(found)
        ended = [job for job in new if _state(found[job]) in _ENDED and job not in self._told]
        if self._live and (ended or last):
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        for job in ended:
            self._told.add(job)
            print(f"{job.name}: {outcome(found[job])}", flush=True)
        if self._live and not last:
            line = self.standing(found)[: shutil.get_terminal_size().columns - 1]
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def standing(self, found: dict[Path, dict[str, Any]]) -> str:
        """As in '3 of 24 done, 2 running, 1 failed, about 4 minutes left'."""
        new = self._of_this_start(found)
        states = Counter(_state(s) for job, s in found.items())
        running = sum(_state(found[job]) == "running" for job in new)
        done = states["completed"]
        parts = [f"{done} of {self._jobs} done" if self._jobs else f"{done} done"]
        parts.append(f"{running} running")
        if states["failed"]:
            parts.append(f"{states['failed']} failed")
        if self._jobs and self._told:
            left = self._jobs - done - states["failed"]
            seconds = (time.monotonic() - self._start) * left / len(self._told)
            parts.append(f"about {_duration(seconds)} left")
        return ", ".join(parts)

    def _of_this_start(self, found: dict[Path, dict[str, Any]]) -> list[Path]:
        written = _looked_at(self._folder)
        return [job for job in found if job in written and written[job] != self._before.get(job)]


def _state(summary: dict[str, Any]) -> str:
    return str(summary.get("state"))


def _looked_at(folder: Path) -> dict[Path, int]:
    """When each job's summary was written, in nanoseconds."""
    return {path.parent: path.stat().st_mtime_ns for path in folder.glob(f"*/{SUMMARY}")}


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
