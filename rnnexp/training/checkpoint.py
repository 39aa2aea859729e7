"""All that a training needs to go on from between two steps, in one file."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from rnnexp.config.errors import UserError
from rnnexp.files.npz import read_arrays, write_arrays
from rnnexp.files.reading import Unreadable, check_file
from rnnexp.runs.folder import CHECKPOINT, write
from rnnexp.training.callback_state import Arrays, decoded, remembered, remind

_TELLS = "checkpoint"


class DamagedCheckpoint(UserError):
    """A checkpoint that is not what was written, as its checksums and its types say."""


@dataclass(frozen=True)
class Place:
    """How far a training has come: `batch` batches of `epoch` (from 0) are done, or all of it is.

    step: optimizer updates so far. seconds: spent on them.
    """

    epoch: int
    batch: int
    step: int
    seconds: float
    ended: bool = False


@dataclass(frozen=True)
class Checkpoint:
    """A place, and the state there: every variable of `variables`, every callback's memory.

    rows: of metrics.csv up to there. config: by its path, every value that the training has.
    """

    place: Place
    variables: list[np.ndarray]
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    arrays: Arrays = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def finite(self) -> bool:
        """Whether no variable has become infinite or no number at all."""
        return all(
            np.isfinite(array.astype("float64")).all()
            for array in self.variables
            if array.dtype.kind not in "iub"
        )


def variables(model: keras.Model) -> list[keras.Variable]:
    """Weights, states of random generators, metrics of the running epoch, the optimizer's."""
    return [*model.variables, *model.metrics_variables, *model.optimizer.variables]


def capture(
    model: keras.Model,
    place: Place,
    callbacks: Sequence[keras.callbacks.Callback],
    rows: Sequence[dict[str, Any]] = (),
    config: dict[str, Any] | None = None,
) -> Checkpoint:
    """A copy of the state of `model`, `callbacks` and `rows` as it is now."""
    arrays: Arrays = {}
    told = [remembered(c, f"callback.{index}", arrays) for index, c in enumerate(callbacks)]
    values = [np.array(v.numpy()) for v in variables(model)]
    return Checkpoint(place, values, told, arrays, list(rows), config or {})


def restore(
    checkpoint: Checkpoint, model: keras.Model, callbacks: Sequence[keras.callbacks.Callback]
) -> None:
    """Bring `model`, all of whose variables are built, and `callbacks` into that state.

    Raises UserError where the checkpoint is another model's.
    """
    own = variables(model)
    fits = len(own) == len(checkpoint.variables) and all(map(_fits, checkpoint.variables, own))
    if not fits or len(callbacks) != len(checkpoint.callbacks):
        raise UserError(
            f"{CHECKPOINT}: expected the {len(own)} variables and {len(callbacks)} callbacks of "
            "this run, got others; rnnexp or Keras has changed since: run it in another folder"
        )
    for variable, array in zip(own, checkpoint.variables, strict=True):
        dtype = variable.numpy().dtype
        variable.assign(array.view(dtype) if array.dtype.kind == "V" else array)
    for callback, told in zip(callbacks, checkpoint.callbacks, strict=True):
        remind(callback, told, checkpoint.arrays)


def _fits(array: np.ndarray, variable: keras.Variable) -> bool:
    dtype = variable.numpy().dtype
    # A file knows no bfloat16: its bytes come back without a type.
    same = array.dtype == dtype or (array.dtype.kind == "V" and array.itemsize == dtype.itemsize)
    return bool(same) and array.shape == tuple(variable.shape)


def save(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the checkpoint of the run in `folder`; the one before stays until this one is whole."""
    members = {f"variable.{index:04}": array for index, array in enumerate(checkpoint.variables)}
    members |= checkpoint.arrays
    about = json.dumps(
        {
            "place": asdict(checkpoint.place),
            "callbacks": checkpoint.callbacks,
            "rows": checkpoint.rows,
            "config": checkpoint.config,
            "members": sorted(members),  # an archive's list of contents has no checksum
        }
    )

    def fill(path: Path) -> None:
        write_arrays(path, {_TELLS: np.array(about)} | members)

    write(folder / CHECKPOINT, fill)


def load(folder: Path) -> Checkpoint | None:
    """The checkpoint of the run in `folder`; None if there is none.

    Raises DamagedCheckpoint; UserError where it may be whole and cannot be read all the same.
    """
    path = folder / CHECKPOINT
    try:
        check_file(path)
        return _decoded(path.read_bytes())
    except FileNotFoundError:
        return None
    except (Unreadable, OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "not enough memory"
        raise UserError(
            f"{path}: the checkpoint cannot be read: {reason}; nothing was changed: make it "
            "readable and resume, or remove it to begin anew"
        ) from error
    except Exception as error:  # a wrong byte may stand anywhere
        told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise DamagedCheckpoint(f"{path}: the checkpoint is damaged: {told}") from error


def _decoded(data: bytes) -> Checkpoint:
    """The checkpoint in the bytes of a file; raises whatever comes of bytes that are none."""
    members = read_arrays(data)
    about = json.loads(str(members.pop(_TELLS)))
    if sorted(members) != about["members"]:
        raise ValueError("a part of it is missing")
    own = [members.pop(name) for name in sorted(members) if name.startswith("variable.")]
    callbacks, rows, config = about["callbacks"], about["rows"], about["config"]
    for told in (*callbacks, *rows, config):
        if not isinstance(told, dict):
            raise TypeError(f"a {type(told).__name__} stands where a mapping should")
    for told in callbacks:
        decoded({"dict": told}, members)
    return Checkpoint(_place(about["place"]), own, callbacks, members, rows, config)


def _place(told: dict[str, Any]) -> Place:
    place = Place(**told)
    counts = (place.epoch, place.batch, place.step)
    if not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError(f"no place in a training: {told}")
    if type(place.ended) is not bool or not math.isfinite(place.seconds):
        raise ValueError(f"no place in a training: {told}")
    return place
