"""The runs that are known. They are looked for in the background, so that no page waits long."""

import itertools
import threading
import time
from collections import OrderedDict
from typing import Any, NamedTuple

from rnnexp.recurrence.logdirs import Found, Logdir, find
from rnnexp.recurrence.problems import Problem
from rnnexp.recurrence.reader_process import DoesNotStart, ReaderProcess
from rnnexp.recurrence.version import version_of

_SECONDS = 2.0  # for which the runs are not looked for again
_MOST = 5000  # summaries that are kept


class Summary(NamedTuple):
    """What the list of runs tells of one file.

    Args:
        version: Of the file; empty if there is none.
        problem: Why it is not read; None if it is.
        answer: What it holds; empty if it is not read.
    """

    version: str
    problem: str | None
    answer: dict[str, Any]


class Catalogue:
    """The runs below some folders, and what their files hold.

    Args:
        logdirs: The folders.
        reader: What reads the files.
    """

    def __init__(self, logdirs: list[Logdir], reader: ReaderProcess) -> None:
        self.logdirs = logdirs
        self._reader = reader
        self._runs: dict[str, Found] = {}
        self._summaries: OrderedDict[tuple[str, str], Summary] = OrderedDict()
        self._changed = threading.Condition()
        self._wanted, self._done = 1, 0  # rounds
        self._started_at = 0.0  # when the last round began
        self._any = False
        self._fault: str | None = None  # why no file can be read
        threading.Thread(target=self._look, name="Recurrence", daemon=True).start()

    def has_runs(self, seconds: float = 0.3) -> bool:
        """Whether there is any run; looks again in the background."""
        with self._changed:
            self._ask()
            self._changed.wait_for(lambda: self._any or self._done, seconds)
            return self._any

    def runs(self, seconds: float = 5.0) -> list[Found]:
        """The runs, as they are now or were two seconds ago.

        Args:
            seconds: How long to wait for them; what is known by then is returned.
        """
        with self._changed:
            wanted = self._ask()
            self._changed.wait_for(lambda: self._done >= wanted, seconds)
            return list(self._runs.values())

    def run(self, name: str) -> Found:
        """A run by its name.

        Raises:
            Problem: If there is none, or its file may not be read.
        """
        if name not in self._runs:
            self.runs()
        found = self._runs.get(name)
        if found is None:
            raise Problem(f"there is no run {name!r}")
        if found.problem:
            raise Problem(found.problem)
        return found

    def summary(self, found: Found) -> Summary:
        """What is known of a run's file."""
        if found.problem:
            return Summary("", found.problem, {})
        try:
            version = version_of(found.path)
        except Problem as problem:
            return Summary("", str(problem), {})
        pending = Summary(version, self._fault or "diagnostics.nc is still being read", {})
        with self._changed:
            return self._summaries.get((found.path, version), pending)

    def _ask(self) -> int:
        """Ask for a round unless one has just begun; the number of the round to wait for."""
        if time.monotonic() - self._started_at > _SECONDS and self._wanted == self._done:
            self._wanted += 1
            self._changed.notify_all()
        return self._wanted

    def _look(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted > self._done)
                self._started_at = time.monotonic()
            self._find()
            self._summarise()
            with self._changed:
                self._done = self._wanted
                self._changed.notify_all()

    def _find(self) -> None:
        runs: dict[str, Found] = {}
        for logdir in self.logdirs:
            for found in find(logdir):
                names = itertools.chain(
                    [found.name], (f"{found.name} ({n})" for n in itertools.count(2))
                )
                name = next(name for name in names if name not in runs)
                runs[name] = found._replace(name=name)
                if not self._any:
                    with self._changed:
                        self._any = True
                        self._changed.notify_all()
        with self._changed:
            self._runs, self._any = runs, bool(runs)
            self._changed.notify_all()

    def _summarise(self) -> None:
        for found in [found for found in self._runs.values() if not found.problem]:
            try:
                version = version_of(found.path)
            except Problem:
                continue
            with self._changed:
                if (found.path, version) in self._summaries:
                    self._summaries.move_to_end((found.path, version))
                    continue
            try:
                read = self._reader.read("summary", found.path, version)
                summary = Summary(read.version, None, read.answer)
                self._fault = None
            except DoesNotStart as problem:
                self._fault = str(problem)
                return
            except Problem as problem:
                summary = Summary(version, str(problem), {})
            with self._changed:
                self._summaries[found.path, summary.version] = summary
                while len(self._summaries) > _MOST:
                    self._summaries.popitem(last=False)
