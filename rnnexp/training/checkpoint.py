"""The checkpoint of a run: everything that the training needs to resume between two steps."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from rnnexp.config.errors import UserError
from rnnexp.files.atomic import write_atomically
from rnnexp.files.npz import read_arrays, write_arrays
from rnnexp.files.reading import Unreadable, check_regular_file
from rnnexp.runs.folder import CHECKPOINT
from rnnexp.training.callback_state import Arrays, callback_state, decode, restore_callback

_ABOUT = "checkpoint"  # the member that describes the others


class DamagedCheckpoint(UserError):
    """Raised for a checkpoint whose checksums or types are wrong."""


@dataclass(frozen=True)
class Position:
    """How far a training is.

    Attributes:
        epoch: The running epoch, from 0.
        batch: How many of its batches are done.
        step: Updates by the optimizer.
        seconds: The time that they took.
        ended: Whether the training is at its end.
    """

    epoch: int
    batch: int
    step: int
    seconds: float
    ended: bool = False


@dataclass(frozen=True)
class Checkpoint:
    """A position in a training, and everything that is needed to resume from it.

    Attributes:
        position: How far the training is.
        variables: The values of `model_variables`.
        callbacks: The state of each callback, as JSON.
        arrays: The arrays in these states.
        rows: Those of metrics.csv up to the position.
        config: Every value of the config by its path.
    """

    position: Position
    variables: list[np.ndarray]
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    arrays: Arrays = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def finite(self) -> bool:
        """Whether every number in the variables is finite."""
        return all(
            np.isfinite(array.astype("float64")).all()
            for array in self.variables
            if array.dtype.kind not in "iub"
        )


def model_variables(model: keras.Model) -> list[keras.Variable]:
    """Return weights, random generators' states, the epoch's metrics and the optimizer's state."""
    return [*model.variables, *model.metrics_variables, *model.optimizer.variables]


def capture(
    model: keras.Model,
    position: Position,
    callbacks: Sequence[keras.callbacks.Callback],
    rows: Sequence[dict[str, Any]] = (),
    config: dict[str, Any] | None = None,
) -> Checkpoint:
    """Return a copy of the present state.

    Args:
        model: The model that is trained, all of whose variables are built.
        position: How far its training is.
        callbacks: Those whose state is to be restored.
        rows: Those of metrics.csv so far.
        config: Every value of the config by its path.
    """
    arrays: Arrays = {}
    states = [callback_state(c, f"callback.{index}", arrays) for index, c in enumerate(callbacks)]
    values = [np.array(v.numpy()) for v in model_variables(model)]
    return Checkpoint(position, values, states, arrays, list(rows), config or {})


def restore(
    checkpoint: Checkpoint, model: keras.Model, callbacks: Sequence[keras.callbacks.Callback]
) -> None:
    """Set the state of a model and its callbacks to that of a checkpoint.

    Args:
        checkpoint: What `capture` returned.
        model: The same model, all of whose variables are built.
        callbacks: The same callbacks.

    Raises:
        UserError: If the checkpoint has other variables or callbacks.
    """
    own = model_variables(model)
    fits = len(own) == len(checkpoint.variables) and all(map(_fits, checkpoint.variables, own))
    if not fits or len(callbacks) != len(checkpoint.callbacks):
        raise UserError(
            f"{CHECKPOINT}: expected the {len(own)} variables and {len(callbacks)} callbacks of "
            "this run, got others; rnnexp or Keras has changed since: run it in another folder"
        )
    for variable, array in zip(own, checkpoint.variables, strict=True):
        dtype = variable.numpy().dtype
        variable.assign(array.view(dtype) if array.dtype.kind == "V" else array)
    for callback, state in zip(callbacks, checkpoint.callbacks, strict=True):
        restore_callback(callback, state, checkpoint.arrays)


def _fits(array: np.ndarray, variable: keras.Variable) -> bool:
    dtype = variable.numpy().dtype
    # NumPy's format has no bfloat16: such an array is read without a type.
    same = array.dtype == dtype or (array.dtype.kind == "V" and array.itemsize == dtype.itemsize)
    return bool(same) and array.shape == tuple(variable.shape)


def save(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the checkpoint of the run in `folder`, whole or not at all."""
    members = {f"variable.{index:04}": array for index, array in enumerate(checkpoint.variables)}
    members |= checkpoint.arrays
    about = json.dumps(
        {
            "place": asdict(checkpoint.position),
            "callbacks": checkpoint.callbacks,
            "rows": checkpoint.rows,
            "config": checkpoint.config,
            "members": sorted(members),  # the archive's own list has no checksum
        }
    )

    write_atomically(
        folder / CHECKPOINT,
        lambda path: write_arrays(path, {_ABOUT: np.array(about)} | members),
    )


def load(folder: Path) -> Checkpoint | None:
    """Return the checkpoint of the run in `folder`; None if there is none.

    Raises:
        DamagedCheckpoint: If it was read and is not what was written.
        UserError: If it cannot be read, and may be whole.
    """
    path = folder / CHECKPOINT
    try:
        check_regular_file(path)
        return _parse(path.read_bytes())
    except FileNotFoundError:
        return None
    except (Unreadable, OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "not enough memory"
        raise UserError(
            f"{path}: the checkpoint cannot be read: {reason}; nothing was changed: make it "
            "readable and resume, or remove it to start from the beginning"
        ) from error
    except Exception as error:  # a wrong byte can raise anything
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise DamagedCheckpoint(f"{path}: the checkpoint is damaged: {reason}") from error


def _parse(data: bytes) -> Checkpoint:
    """Return the checkpoint in the bytes of a file; raises anything if they are damaged."""
    members = read_arrays(data)
    about = json.loads(str(members.pop(_ABOUT)))
    if sorted(members) != about["members"]:
        raise ValueError("a member is missing")
    own = [members.pop(name) for name in sorted(members) if name.startswith("variable.")]
    callbacks, rows, config = about["callbacks"], about["rows"], about["config"]
    for value in (*callbacks, *rows, config):
        if not isinstance(value, dict):
            raise TypeError(f"expected a mapping, got {type(value).__name__}")
    for state in callbacks:
        decode({"dict": state}, members)
    return Checkpoint(_position(about["place"]), own, callbacks, members, rows, config)


def _position(values: dict[str, Any]) -> Position:
    position = Position(**values)
    counts = (position.epoch, position.batch, position.step)
    if not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError(f"expected a position in a training, got {values}")
    if type(position.ended) is not bool or not math.isfinite(position.seconds):
        raise ValueError(f"expected a position in a training, got {values}")
    return position
