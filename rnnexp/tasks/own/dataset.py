"""Sequences from Python: a dataset of TensorFlow, an iterable, or arrays."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.own.given import raw_of
from rnnexp.tasks.own.prepared import Prepared
from rnnexp.tasks.own.raw import Raw
from rnnexp.tasks.own.split_arrays import SplitArrays, prepared_parts


@dataclass(frozen=True, init=False)
class Dataset(SplitArrays):
    """Sequences and targets that a program gives to `rnnexp.run(config, task=Dataset(train))`.

    Each of `train`, `validation` and `test` is a `tf.data.Dataset` or any other iterable of
    elements (x, y) or (x, y, weights), one sequence or a batch each; or a tuple of arrays (x, y)
    or (x, y, weights); or a mapping of arrays with the names that `Arrays` describes. The forms of
    x and y are those of `Arrays`. Sequences of different lengths, ragged batches of TensorFlow
    too, are padded and masked. Everything is read once and kept in memory, so a dataset must have
    an end. It need not shuffle: training takes the examples in a new order in every epoch.

    The config of a run records the sizes and a checksum of the data. To resume the run, call
    `rnnexp.run` again with the same data; `rnnexp resume` cannot know them.

    Source: the program.

    Baseline: the test score of the constant that fits the training targets best.

    Args:
        train: The training data.
        validation: The validation data; None to divide a share off the training data.
        test: The test data; None to divide a share off the training data.
        batched: Whether an element is a batch; None to decide from the shapes.
        settings: See `SplitArrays`.
    """

    needs: ClassVar[str] = "data from Python"

    train_examples: int = 0
    validation_examples: int = 0
    test_examples: int = 0
    checksum: str = ""

    def __init__(
        self,
        train: Any = None,
        validation: Any = None,
        test: Any = None,
        *,
        batched: bool | None = None,
        **settings: Any,
    ) -> None:
        """Reads the data.

        Raises:
            TypeError: The data are neither a dataset nor arrays, or there is no such setting.
            ValueError: The data or a setting do not fit; the text says where.
        """
        if train is None:
            raise ValueError(
                "the data of Dataset are given from Python, expected train=…: call "
                "rnnexp.run(config, folder, task=rnnexp.tasks.Dataset(train)) with the same data "
                "and the same folder to resume the run"
            )
        self._set_settings(settings)
        given = dict(zip(SPLITS, (train, validation, test), strict=True))
        parts = {
            split: raw_of(data, split, batched) for split, data in given.items() if data is not None
        }
        found = prepared_parts(self, parts)
        values = {f"{split}_examples": len(found.examples[split].y) for split in SPLITS}
        for name, value in {**values, "checksum": _checksum(parts), "_data": found}.items():
            object.__setattr__(self, name, value)

    def _set_settings(self, settings: Mapping[str, Any]) -> None:
        own = {field.name: field.default for field in fields(SplitArrays)}
        unknown = sorted(set(settings) - set(own))
        if unknown:
            raise TypeError(
                f"Dataset has no setting {unknown[0]}, expected one of {', '.join(own)}"
            )
        for name, default in own.items():
            object.__setattr__(self, name, settings.get(name, default))
        super().__post_init__()

    def prepared(self) -> Prepared:
        """Returns the examples; see `OwnData.prepared`."""
        found: Prepared = vars(self)["_data"]
        return found


def _checksum(parts: Mapping[str, Raw]) -> str:
    """Return what changes whenever an array does."""
    digest = hashlib.sha256()
    for split, raw in parts.items():
        for array in (raw.x, raw.y, raw.lengths, raw.weights):
            if array is not None:
                digest.update(f"{split} {array.dtype} {array.shape}".encode())
                digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]
