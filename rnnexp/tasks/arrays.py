"""Arrays of one's own, from a file of NumPy."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from rnnexp.tasks.array_parts import parts_of_archive
from rnnexp.tasks.checks import check_at_least, check_between, check_one_of
from rnnexp.tasks.data_file import checked_file
from rnnexp.tasks.own_data import OwnData
from rnnexp.tasks.prepared import Chosen, Prepared, prepared
from rnnexp.tasks.raw import Raw
from rnnexp.tasks.shared_rows import refuse_shared_rows
from rnnexp.tasks.shares import divided, in_order
from rnnexp.tasks.target_kinds import KINDS, encoding


@dataclass(frozen=True)
class Arrays(OwnData):
    """The arrays of a .npz file: sequences x and their targets y.

    The form of the file, as `numpy.savez("my.npz", x=x, y=y)` writes it (N sequences, T timesteps,
    D numbers, K targets):

        x         (N, T, D) numbers; or (N, T) whole numbers, which are tokens; or (N, T) numbers
                  with a fraction, which are one number per timestep
        y         (N,) or (N, K), a target for each sequence; or (N, T) or (N, T, K), a target for
                  each timestep
        lengths   (N,), optional: how many timesteps of each row of x belong to the sequence. With
                  lengths, x may also be all sequences one after another: (sum of lengths, D)
                  numbers or (sum of lengths,) tokens; then y per timestep is concatenated too.
        mask      (N, T), optional, instead of lengths: 1 at the timesteps of the sequence, then 0
        weights   (N,) or (N, T), optional: what each target counts; 0 leaves it out

    The arrays are used as they are; they are not scaled. Whole numbers or text in y are classes;
    columns of 0 and 1 are labels, or classes if each row has a single 1; numbers with a fraction
    are numbers.

    Splits: with `x_validation`, `y_validation`, `x_test`, `y_test` and so on in the file, these
    are the splits. A split that the file does not have is divided off the rows of x, at random
    with a fixed seed and with the same share of each class, or chronologically.

    Source: the owner of the file.

    Baseline: the test score of the constant that fits the training targets best.

    Args:
        path: The .npz file. A relative path starts from the current folder; it is stored as an
            absolute one.
        target: "class", "labels" or "numbers", or "auto" to decide from y as described above.
        per_timestep: Whether y has a target for each timestep. None: it has if its second axis is
            as long as that of x.
        validation_share: The share of the rows that is divided off for validation, from 0 to 1.
        test_share: The share of the rows that is divided off for the test, from 0 to 1.
        chronological: Whether the last rows are the test and those before them the validation,
            instead of rows chosen at random.
        split_seed: The seed of the random choice. It is not the seed of the run, so that all
            runs have the same test examples.
        shared_rows: Whether a sequence may be in several splits of the file, which makes a test
            score too good.
        threshold: The score at which the task counts as solved; None if there is none.
        checksum: The first digits of the SHA-256 of the file. None takes any file and stores its
            checksum, so that a run is not resumed with other data.
    """

    needs: ClassVar[str] = "a .npz file"

    path: str = ""
    target: str = "auto"
    per_timestep: bool | None = None
    validation_share: float = 0.1
    test_share: float = 0.2
    chronological: bool = False
    split_seed: int = 0
    shared_rows: bool = False
    threshold: float | None = None
    checksum: str | None = None

    def __post_init__(self) -> None:
        """Reads the file.

        Raises:
            ValueError: A field is out of its range, or the file does not fit.
            OSError: There is no such file.
        """
        check_one_of(self, "target", KINDS)
        check_one_of(self, "per_timestep", (None, False, True))
        check_one_of(self, "chronological", (False, True))
        check_one_of(self, "shared_rows", (False, True))
        check_between(self, "validation_share", 0, 1)
        check_between(self, "test_share", 0, 1)
        check_at_least(self, "split_seed", 0)
        path, checksum = checked_file(self, "my.npz")
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "checksum", checksum)
        self.prepared()

    def prepared(self) -> Prepared:
        """Returns the examples of the file; see `OwnData.prepared`."""
        return _prepared(self)


@lru_cache(maxsize=4)
def _prepared(task: Arrays) -> Prepared:
    try:
        return _read(task)
    except ValueError as error:
        raise ValueError(f"{task.path}: {error}") from error


def _read(task: Arrays) -> Prepared:
    parts = parts_of_archive(task.path)
    given = {split: raw for split, raw in parts.items() if split != "train"}
    chosen = {"train": parts["train"], **given}
    if not task.shared_rows:
        refuse_shared_rows(chosen, "shared_rows=true")
    whole = {split: (raw, np.arange(len(raw.x))) for split, raw in chosen.items()}
    rows = _divided(task, parts["train"], given)
    return prepared({**whole, **rows}, task.target, task.per_timestep)


def _divided(task: Arrays, raw: Raw, given: Mapping[str, Raw]) -> Chosen:
    """Return the rows of the training examples and of the splits that are not given."""
    shares = {"validation": task.validation_share, "test": task.test_share}
    shares = {split: share for split, share in shares.items() if split not in given}
    every = np.arange(len(raw.x))
    if task.chronological:
        rows = in_order(len(every), shares)
    else:
        whole = encoding(raw, every, task.target, task.per_timestep)
        single = whole.targets.kind == "class" and not whole.targets.per_timestep
        groups = whole.encoded(raw, every) if single else None
        rows = divided(len(every), shares, task.split_seed, groups)
    return {split: (raw, rows[split]) for split in ("train", *shares)}
