"""The runs that are known. They are looked for in the background, so that no page waits long."""

import itertools
import os
import threading
import time
from typing import Any, NamedTuple

from rnnexp.recurrence.logdirs import Found, Logdir, find, leads_outside
from rnnexp.recurrence.problems import Problem, one_line
from rnnexp.recurrence.reader_process import DoesNotStart, ReaderProcess
from rnnexp.recurrence.version import version_of

_SECONDS = 2.0  # for which the runs are not looked for again
_REST = 10  # the same, as a multiple of the time that looking for them took
_PATIENCE = 5.0  # seconds to wait for a run that is asked for by name


class Summary(NamedTuple):
    """What the list of runs tells of one file.

    Args:
        version: Of the file; empty if there is none.
        problem: Why it is not read; None if it is.
        answer: What it holds; empty if it is not read.
        pending: Whether it is still to be read.
    """

    version: str
    problem: str | None
    answer: dict[str, Any]
    pending: bool = False


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
        self._summaries: dict[tuple[str, str], Summary] = {}  # by path and version
        self._fault: str | None = None  # why no file can be read
        self._any = False
        self._changed = threading.Condition()
        self._wanted, self._done = 1, 0  # rounds
        self._next = 0.0  # when the next round may begin
        threading.Thread(target=self._look, name="Recurrence", daemon=True).start()

    def has_runs(self, seconds: float = 0.3) -> bool:
        """Whether there is any run; looks again in the background.

        Args:
            seconds: How long to wait for the first look.
        """
        with self._changed:
            self._ask()
            self._changed.wait_for(lambda: self._any or self._done, seconds)
            return self._any

    def runs(self, seconds: float = 1.5) -> list[Found]:
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
            Problem: If there is none.
        """
        if name not in self._runs:
            self.runs(_PATIENCE)
        found = self._runs.get(name)
        if found is None:
            raise Problem(f"there is no run {name!r}")
        return found

    def version(self, found: Found) -> str:
        """The version that a run's file has now.

        Raises:
            Problem: If it may not be read.
        """
        if found.problem:
            raise Problem(found.problem)
        real = os.path.realpath(found.path)
        if not any(logdir.holds(real) for logdir in self.logdirs):  # since the run was found
            raise Problem(leads_outside(found.path))
        return version_of(found.path)

    def summary(self, found: Found) -> Summary:
        """What is known of a run's file."""
        try:
            version = self.version(found)
        except Problem as problem:
            return Summary("", str(problem), {})
        known = self._summaries.get((found.path, version))
        if known or self._fault:
            return known or Summary(version, self._fault, {})
        return Summary(version, "diagnostics.nc is still being read", {}, pending=True)

    def _ask(self) -> int:
        """Ask for a round unless one has just begun; the number of the round to wait for."""
        if self._wanted == self._done and time.monotonic() > self._next:
            self._wanted += 1
            self._changed.notify_all()
        return self._wanted

    def _look(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted > self._done)
            began = time.monotonic()
            self._next = began + _SECONDS
            try:
                self._find()
                self._next = began + max(_SECONDS, _REST * (time.monotonic() - began))
                self._summarise()
            except Exception as error:  # none is known; the next round is made in any case
                self._fault = f"diagnostics.nc was not looked for ({one_line(error)})"
            with self._changed:
                self._done = self._wanted
                self._changed.notify_all()

    def _find(self) -> None:
        runs: dict[str, Found] = {}
        for found in itertools.chain.from_iterable(map(find, self.logdirs)):
            name = _unused(found.name, runs)
            runs[name] = found._replace(name=name)
            if not self._any:
                self._publish({**runs})
        self._publish(runs)

    def _publish(self, runs: dict[str, Found]) -> None:
        with self._changed:
            self._runs, self._any = runs, bool(runs)
            self._changed.notify_all()

    def _summarise(self) -> None:
        known, summaries = self._summaries, dict[tuple[str, str], Summary]()
        self._summaries = {**known}
        for found in self._runs.values():
            try:
                key = (found.path, self.version(found))
            except Problem:
                continue
            try:
                summary = known.get(key) or self._read(*key)
                self._fault = None
            except DoesNotStart as problem:
                self._fault = str(problem)
                return
            summaries[found.path, summary.version] = summary
            self._summaries[found.path, summary.version] = summary
        self._summaries = summaries

    def _read(self, path: str, version: str) -> Summary:
        try:
            read = self._reader.read("summary", path, version)
        except DoesNotStart:
            raise
        except Problem as problem:
            return Summary(version, str(problem), {})
        return Summary(read.version, None, read.answer)


def _unused(name: str, runs: dict[str, Found]) -> str:
    """A name for a run of which there is another one, in another folder of --logdir_spec."""
    names = itertools.chain([name], (f"{name} ({n})" for n in itertools.count(2)))
    return next(unused for unused in names if unused not in runs)
