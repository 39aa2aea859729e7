"""The summary of a run: how it ended, as summary.json says it."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from rnnexp.config.errors import UserError
from rnnexp.files.atomic import write_text
from rnnexp.files.reading import Unreadable, read_json
from rnnexp.runs.folder import SUMMARY

STATES = ("running", "completed", "failed", "interrupted")
_TEXTS = ("metric", "slice_name", "error")
_NUMBERS = (
    *("score", "best_score", "baseline", "steps", "best_step", "steps_to_solve", "seed"),
    *("parameters", "units", "state_size", "seconds"),
)
_MAPPINGS = ("guesses", "versions", "hardware")
_OF_COMPLETED = ("metric", "score", "steps", "seconds")
_LIMIT = 1e18  # no number of a run is larger


@dataclass(frozen=True)
class Summary:
    """How a run stands or ended; None for what is not known, or not yet.

    Attributes:
        state: One of `STATES`.
        metric: The name of the task's metric.
        score: The metric on the test split, with the weights after the last step.
        best_score: The same with the weights that had the best validation score.
        best_step: After how many steps the validation score was best.
        baseline: What a guess scores.
        guesses: The test scores of simple methods, by name.
        solved: Whether the score counts as a solution; None if the task has no such score.
        slice_name: What the slices in slices.csv are, such as "length".
        steps: Updates by the optimizer.
        steps_to_solve: After how many of them the validation split was solved.
        seed: The seed of the run.
        parameters: How many numbers the trainable weights of the model are.
        units: The number of units of each recurrent layer.
        state_size: How many numbers the recurrent layers carry to the next timestep.
        seconds: How long the run took, interruptions left out.
        versions: The versions of rnnexp, Python and the packages that compute.
        hardware: What the run was computed on.
        error: Why the run failed, or was interrupted by an error.
    """

    state: str
    metric: str | None = None
    score: float | None = None
    best_score: float | None = None
    best_step: int | None = None
    baseline: float | None = None
    guesses: dict[str, Any] = field(default_factory=dict)
    solved: bool | None = None
    slice_name: str | None = None
    steps: int | None = None
    steps_to_solve: int | None = None
    seed: int | None = None
    parameters: int | None = None
    units: int | None = None
    state_size: int | None = None
    seconds: float | None = None
    versions: dict[str, Any] = field(default_factory=dict)
    hardware: dict[str, Any] = field(default_factory=dict)
    error: str | None = None

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Return the summary that JSON `values` describe.

        A field that they lack, as of an older version of rnnexp, is None; one that is not known is
        ignored.

        Raises:
            ValueError: If they are not the summary of a run; its text says why.
        """
        if not isinstance(values, dict):
            raise ValueError(f"expected a mapping, got {type(values).__name__}")
        if values.get("state") not in STATES:
            raise ValueError(f"expected a state, one of {', '.join(STATES)}")
        known = {f.name: values[f.name] for f in fields(cls) if values.get(f.name) is not None}
        for name in _TEXTS:
            if not isinstance(known.get(name, ""), str):
                raise ValueError(f"{name}: expected text")
        for name in _NUMBERS:
            if not _is_number(known.get(name, 0)):
                raise ValueError(f"{name}: expected a number")
        for name in _MAPPINGS:
            if not isinstance(known.get(name, {}), dict):
                raise ValueError(f"{name}: expected a mapping")
        if not isinstance(known.get("solved", False), bool):
            raise ValueError("solved: expected true or false")
        missing = [name for name in _OF_COMPLETED if name not in known]
        if known["state"] == "completed" and missing:
            raise ValueError(f"{missing[0]}: expected a value of a completed run, got none")
        return cls(**known)

    def write(self, folder: Path) -> None:
        """Write the summary of the run in `folder`.

        Raises:
            ValueError: For a number that JSON does not have, as NaN.
            OSError: If the file cannot be written.
        """
        text = json.dumps(asdict(self), indent=2, allow_nan=False)
        write_text(folder / SUMMARY, f"{text}\n")


def read_summary(folder: Path) -> Summary | None:
    """Return the summary of the run in `folder`; None if there is none.

    Raises:
        UserError: If it cannot be read, or is not a summary.
    """
    try:
        return Summary.from_json(read_json(folder / SUMMARY))
    except FileNotFoundError:
        return None
    except (Unreadable, ValueError) as error:
        raise UserError(
            f"{folder / SUMMARY}: expected the summary of a run, cannot read it: {error}; move it "
            "away to resume from the last checkpoint, or name another folder"
        ) from error


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and (value != value or abs(value) < _LIMIT)
