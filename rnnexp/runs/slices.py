"""The table slices.csv: the test score of each slice, such as each length of a sequence."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from rnnexp.files.atomic import write_text
from rnnexp.runs.folder import SLICES


@dataclass(frozen=True)
class SliceScore:
    """The score of the examples of one slice.

    Attributes:
        slice: The value that the examples have in common, such as their length.
        examples: How many there are.
        score: Their score.
    """

    slice: int
    examples: int
    score: float


def write_slices(folder: Path, scores: Sequence[SliceScore]) -> None:
    """Write a row for each slice as CSV with a header: slice, examples, score."""
    text = io.StringIO(newline="")
    names = [field.name for field in fields(SliceScore)]
    table = csv.DictWriter(text, fieldnames=names, lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(score) for score in scores)
    write_text(folder / SLICES, text.getvalue())
