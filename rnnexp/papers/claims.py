"""What a row of a paper claims, in words, and whether the results bear it out.

A claim is a mapping in YAML whose first key names its kind:

    {solved: GRU, at_least: 0.8}    at least 80 % of the runs of the entry GRU solve the task
    {score: LEM, at_most: 0.01}     the mean score of LEM is at most 0.01
    {at_chance: LSTM}               the runs of LSTM are no better than a guess, or hardly
    {better: GRU, than: LSTM}       GRU has the better mean score, beyond the chance of the seeds
    {sooner: chrono, than: bias 1}  chrono needs fewer steps to solve the task
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rnnexp.config.errors import UserError, suggest
from rnnexp.console.messages import format_score
from rnnexp.papers.entry_results import EntryResults
from rnnexp.report.aggregate.intervals import mean_interval, steps_until_half

CHANCE = 0.1
"""The largest share of the way from the score of a guess to the threshold that is still chance."""


@dataclass(frozen=True)
class Outcome:
    """How a claim came out.

    Attributes:
        holds: Whether the results bear the claim out.
        found: What was found, in words.
    """

    holds: bool
    found: str


@dataclass(frozen=True)
class Claim(ABC):
    """A statement about the results of entries that a machine can judge.

    Args:
        entry: The name of the entry that the claim is about.
    """

    kind: ClassVar[str]
    entry: str

    @property
    @abstractmethod
    def words(self) -> str:
        """The claim as a sentence without a full stop."""

    @abstractmethod
    def judge(self, results: Mapping[str, EntryResults]) -> Outcome:
        """Return whether `results`, those of every entry by name, bear the claim out."""


@dataclass(frozen=True)
class Bound(Claim):
    """A claim about a number of one entry, which has a lower or an upper bound."""

    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("expected either at_least or at_most")

    def _bound(self, shown: str) -> str:
        return f"at {'most' if self.at_least is None else 'least'} {shown}"

    @property
    def _number(self) -> float:
        number = self.at_most if self.at_least is None else self.at_least
        assert number is not None
        return number

    def _within(self, value: float) -> bool:
        return value <= self._number if self.at_least is None else value >= self._number


@dataclass(frozen=True)
class Solved(Bound):
    """The share of an entry's runs whose test score solves the task, 0 to 1."""

    kind: ClassVar[str] = "solved"

    @property
    def words(self) -> str:
        return f"{self.entry} solves the task in {self._bound(f'{100 * self._number:g} %')} of runs"

    def judge(self, results: Mapping[str, EntryResults]) -> Outcome:
        ours = results[self.entry]
        found = f"{self.entry} solved it in {ours.n_solved} of {ours.n} runs"
        return Outcome(self._within(ours.n_solved / ours.n), found)


@dataclass(frozen=True)
class Score(Bound):
    """The mean test score of an entry, in the units of the task's metric."""

    kind: ClassVar[str] = "score"

    @property
    def words(self) -> str:
        return f"the mean score of {self.entry} is {self._bound(f'{self._number:g}')}"

    def judge(self, results: Mapping[str, EntryResults]) -> Outcome:
        ours = results[self.entry]
        if not ours.scores:
            return Outcome(False, f"no run of {self.entry} has a score")
        mean = float(np.mean(ours.scores))
        found = f"the mean score of {self.entry} was {format_score(mean, ours.metric)}"
        return Outcome(self._within(mean), found)


@dataclass(frozen=True)
class AtChance(Claim):
    """The mean test score of an entry went at most `CHANCE` of the way from a guess to solved."""

    kind: ClassVar[str] = "at_chance"

    @property
    def words(self) -> str:
        return f"{self.entry} is no better than a guess"

    def judge(self, results: Mapping[str, EntryResults]) -> Outcome:
        ours = results[self.entry]
        if not ours.scores:
            return Outcome(False, f"no run of {self.entry} has a score")
        mean, guess = float(np.mean(ours.scores)), ours.baseline
        if ours.threshold is None:
            raise UserError(f"at_chance: {self.entry}: expected a task with a threshold, got none")
        way = (mean - guess) / (ours.threshold - guess)
        found = (
            f"the mean score of {self.entry} was {format_score(mean, ours.metric)}, "
            f"a guess has {format_score(guess, ours.metric)}"
        )
        return Outcome(way <= CHANCE, found)


@dataclass(frozen=True)
class Comparison(Claim):
    """A claim about two entries."""

    than: str


@dataclass(frozen=True)
class Better(Comparison):
    """The 95 % interval of the mean difference over common seeds lies on the better side of 0."""

    kind: ClassVar[str] = "better"

    @property
    def words(self) -> str:
        return f"{self.entry} has a better score than {self.than}"

    def judge(self, results: Mapping[str, EntryResults]) -> Outcome:
        ours, others = results[self.entry], results[self.than]
        gains = ours.gains_over(others)
        if len(gains) < 2:
            return Outcome(
                False, f"{self.entry} and {self.than} have scores of fewer than 2 common seeds"
            )
        interval = mean_interval(gains)
        gain, low, high = (f"{n:.3g}" for n in (interval.middle, interval.low, interval.high))
        if interval.low > 0:
            found = f"{self.entry} was better than {self.than} by {gain} [{low}, {high}]"
        elif interval.high < 0:
            loss, least, most = (text.removeprefix("-") for text in (gain, high, low))
            found = f"{self.entry} was worse than {self.than} by {loss} [{least}, {most}]"
        else:
            found = (
                f"{self.entry} was neither better nor worse than {self.than}: the mean gain was "
                f"{gain} [{low}, {high}]"
            )
        return Outcome(interval.low > 0, found)


@dataclass(frozen=True)
class Sooner(Comparison):
    """Half of the runs solve the validation split after fewer steps than half of the others."""

    kind: ClassVar[str] = "sooner"

    @property
    def words(self) -> str:
        return f"{self.entry} solves the task after fewer steps than {self.than}"

    def judge(self, results: Mapping[str, EntryResults]) -> Outcome:
        ours, theirs = (
            steps_until_half(results[e].steps_to_solve) for e in (self.entry, self.than)
        )
        found = f"{self.entry} {_steps(ours)}, {self.than} {_steps(theirs)}"
        return Outcome(ours < theirs, found)


KINDS: Mapping[str, type[Claim]] = {c.kind: c for c in (Solved, Score, AtChance, Better, Sooner)}
"""Every kind of claim by its name."""


def claim(node: Any, entries: Sequence[str], where: str) -> Claim:
    """Return the claim that a mapping in YAML describes.

    Args:
        node: The mapping.
        entries: The names of the entries of the row.
        where: With what an error begins, such as the name of the file.

    Raises:
        UserError: It is no claim, or it is about an entry that the row has not.
    """
    if not isinstance(node, Mapping) or not node:
        raise UserError(f"{where}: paper.claims: expected mappings, got {node!r}")
    kind, entry = next(iter(node.items()))
    if kind not in KINDS:
        raise UserError(f"{where}: paper.claims: {kind} is no claim; {suggest(str(kind), KINDS)}")
    rest = {key: value for key, value in node.items() if key != kind}
    for name in (entry, *([rest["than"]] if "than" in rest else [])):
        if name not in entries:
            raise UserError(
                f"{where}: paper.claims: {name} is no entry; {suggest(str(name), entries)}"
            )
    try:
        return KINDS[str(kind)](entry, **rest)
    except (TypeError, ValueError) as error:
        raise UserError(f"{where}: paper.claims: {kind}: {error}") from error


def _steps(number: float) -> str:
    if np.isinf(number):
        return "solved it in less than half of its runs"
    return f"solved it within {number:g} steps in half of its runs"
