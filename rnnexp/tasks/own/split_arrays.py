"""The base class of tasks on arrays that are given whole or in splits."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.checks import check_at_least, check_between, check_one_of
from rnnexp.tasks.own.own_data import OwnData
from rnnexp.tasks.own.prepared import Chosen, Prepared, prepared
from rnnexp.tasks.own.raw import Raw
from rnnexp.tasks.own.shared_rows import refuse_shared_rows
from rnnexp.tasks.own.target_kinds import KINDS, encoding
from rnnexp.tasks.shares import divided, in_order


@dataclass(frozen=True, kw_only=True)
class SplitArrays(OwnData):
    """A task on arrays x and y. Splits that are not given are divided off the training rows.

    Args:
        target: "class", "labels" or "numbers", or "auto" to decide from y. Whole numbers and texts
            are classes; columns of 0 and 1 are labels, or classes if each row has a single 1;
            numbers with a fraction are numbers.
        per_timestep: Whether y has a target for each timestep. None: it has if its second axis is
            as long as that of x.
        validation_share: The share of the rows that is divided off for validation, from 0 to 1.
        test_share: The share of the rows that is divided off for the test, from 0 to 1.
        chronological: Whether the last rows are the test and those before them the validation,
            instead of rows chosen at random, with the same share of each class.
        split_seed: The seed of the random choice. It is not the seed of the run, so that all
            runs have the same test examples.
        shared_rows: Whether a sequence may be in several given splits, which makes a test score
            too good.
        threshold: The score at which the task counts as solved; None if there is none.
    """

    target: str = "auto"
    per_timestep: bool | None = None
    validation_share: float = 0.1
    test_share: float = 0.2
    chronological: bool = False
    split_seed: int = 0
    shared_rows: bool = False
    threshold: float | None = None

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        check_one_of(self, "target", KINDS)
        check_one_of(self, "per_timestep", (None, False, True))
        check_one_of(self, "chronological", (False, True))
        check_one_of(self, "shared_rows", (False, True))
        check_between(self, "validation_share", 0, 1)
        check_between(self, "test_share", 0, 1)
        check_at_least(self, "split_seed", 0)


def prepared_parts(task: SplitArrays, parts: Mapping[str, Raw]) -> Prepared:
    """Return the examples of a task.

    Args:
        task: Its settings.
        parts: The arrays of "train", and of "validation" and "test" if they are given.

    Raises:
        ValueError: The arrays do not fit.
    """
    given = {split: raw for split, raw in parts.items() if split != "train"}
    if not task.shared_rows:
        refuse_shared_rows({"train": parts["train"], **given}, "shared_rows=true")
    whole = {split: (raw, np.arange(len(raw.x))) for split, raw in given.items()}
    rows = _divided(task, parts["train"], given)
    return prepared({**rows, **whole}, task.target, task.per_timestep)


def _divided(task: SplitArrays, raw: Raw, given: Mapping[str, Raw]) -> Chosen:
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
