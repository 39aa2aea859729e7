"""The results of one entry of a row: one per seed."""

from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from rnnexp.tasks.scores import HIGHER_IS_BETTER


@dataclass(frozen=True)
class EntryResults:
    """What the runs of one entry ended with.

    Attributes:
        runs: One row per run, with the columns of `COLUMNS`.
    """

    runs: pd.DataFrame

    @classmethod
    def by_entry(cls, results: pd.DataFrame) -> dict[str, Self]:
        """The results of every entry that has any, by its name."""
        return {str(name): cls(runs) for name, runs in results.groupby("entry", sort=False)}

    @property
    def n(self) -> int:
        """The number of runs, failed ones included."""
        return len(self.runs)

    @property
    def metric(self) -> str:
        """The name of the score."""
        return str(self.runs["metric"].iloc[0])

    @property
    def baseline(self) -> float:
        """The score of a guess."""
        return float(self.runs["baseline"].iloc[0])

    @property
    def threshold(self) -> float | None:
        """The score that counts as solved, if the task has one."""
        value = self.runs["threshold"].iloc[0]
        return None if pd.isna(value) else float(value)

    @property
    def scores(self) -> list[float]:
        """The test scores of the runs that have one; a run whose loss became NaN has none."""
        return [float(score) for score in self.runs["score"].dropna()]

    @property
    def n_solved(self) -> int:
        """The number of runs whose test score solves the task."""
        return int((self.runs["solved"] == True).sum())  # noqa: E712 (None is not solved)

    @property
    def steps_to_solve(self) -> list[float | None]:
        """For each run the steps until the validation split was solved; None if it never was."""
        return [None if pd.isna(steps) else float(steps) for steps in self.runs["steps_to_solve"]]

    def gains_over(self, other: "EntryResults") -> list[float]:
        """By how much each seed's score is better than the other entry's with the same seed."""
        sign = 1 if HIGHER_IS_BETTER[self.metric] else -1
        ours, others = (each.runs.set_index("seed")["score"] for each in (self, other))
        return [float(gain) for gain in (sign * (ours - others)).dropna()]

    def median(self, column: str) -> Any:
        """The median of a column of numbers over the runs; NaN where no run has one."""
        return self.runs[column].median()
