"""All that a training needs to go on from between two steps, in one file."""

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from rnnexp.experiment.callback_state import Arrays, remembered, remind
from rnnexp.experiment.errors import UserError
from rnnexp.experiment.folder import CHECKPOINT, write

_TELLS = "checkpoint"


class DamagedCheckpoint(UserError):
    """A checkpoint whose checksums say that it is not what was written."""


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
    """A place, and the state there: every variable of `variables`, every callback's memory."""

    place: Place
    variables: list[np.ndarray]
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    arrays: Arrays = field(default_factory=dict)

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
    model: keras.Model, place: Place, callbacks: Sequence[keras.callbacks.Callback]
) -> Checkpoint:
    """A copy of the state of `model` and `callbacks` as it is now."""
    arrays: Arrays = {}
    told = [remembered(c, f"callback.{index}", arrays) for index, c in enumerate(callbacks)]
    values = [np.array(v.numpy()) for v in variables(model)]
    return Checkpoint(place, values, told, arrays)


def restore(
    checkpoint: Checkpoint, model: keras.Model, callbacks: Sequence[keras.callbacks.Callback]
) -> None:
    """Bring `model`, all of whose variables are built, and `callbacks` into that state.

    Raises UserError where the checkpoint is another model's.
    """
    own = variables(model)
    if [v.shape for v in own] != [a.shape for a in checkpoint.variables] or len(callbacks) != len(
        checkpoint.callbacks
    ):
        raise UserError(
            f"{CHECKPOINT}: expected the {len(own)} variables and {len(callbacks)} callbacks of "
            "this run, got others; rnnexp or Keras has changed since: run it in another folder"
        )
    for variable, array in zip(own, checkpoint.variables, strict=True):
        # A file knows no bfloat16: its bytes come back without a type.
        dtype = variable.numpy().dtype
        variable.assign(array.view(dtype) if array.dtype.kind == "V" else array)
    for callback, told in zip(callbacks, checkpoint.callbacks, strict=True):
        remind(callback, told, checkpoint.arrays)


def save(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the checkpoint of the run in `folder`; the one before stays until this one is whole."""
    members = {f"variable.{index:04}": array for index, array in enumerate(checkpoint.variables)}
    members |= checkpoint.arrays
    about = json.dumps(
        {
            "place": asdict(checkpoint.place),
            "callbacks": checkpoint.callbacks,
            "members": sorted(members),  # an archive's list of contents has no checksum
        }
    )

    def fill(path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, **{_TELLS: np.array(about)}, **members)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())  # a name must not outlive a power cut that its bytes do not

    write(folder / CHECKPOINT, fill)


def load(folder: Path) -> Checkpoint | None:
    """The checkpoint of the run in `folder`; None if there is none.

    Raises DamagedCheckpoint.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    try:
        members = _members(path)
        about = json.loads(str(members.pop(_TELLS)))
        if sorted(members) != about["members"]:
            raise zipfile.BadZipFile("a part of it is missing")
    except Exception as error:  # a wrong byte may stand anywhere
        raise DamagedCheckpoint(f"{path}: the checkpoint is damaged: {error}") from error
    own = [members.pop(name) for name in sorted(members) if name.startswith("variable.")]
    return Checkpoint(Place(**about["place"]), own, about["callbacks"], members)


def _members(path: Path) -> Arrays:
    with zipfile.ZipFile(path) as file:
        wrong = file.testzip()
    if wrong:
        raise zipfile.BadZipFile(f"{wrong} is not what was written")
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)
