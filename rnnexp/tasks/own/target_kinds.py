"""What kind of target an array holds, and the array as the targets of a task."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from rnnexp.tasks.examples import Targets
from rnnexp.tasks.own.raw import Raw, refuse_not_finite

Kind = Literal["class", "labels", "numbers"]
KINDS = ("auto", "class", "labels", "numbers")


@dataclass(frozen=True)
class Encoding:
    """How the targets of all splits are encoded. The training targets decide it.

    Attributes:
        targets: The kind and the size.
        classes: The distinct training targets, sorted; empty unless the kind is "class".
        columns: The K of y as it was brought.
    """

    targets: Targets
    classes: np.ndarray
    columns: int

    @property
    def names(self) -> Sequence[str]:
        """The names of the classes, or of the numbers to predict."""
        if self.targets.kind == "class":
            return [str(value) for value in self.classes]
        return [str(index) for index in range(self.targets.size)]

    def encoded(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Return the targets of some rows, as `Targets` describes them.

        Raises:
            ValueError: A target does not fit, such as a class that no training example has.
        """
        timed, name = self.targets.per_timestep, raw.called("y")
        y, counted = columns(raw, timed), counts(raw, timed)
        _check_kind(y[counted], self.targets.kind, name)
        if y.shape[-1] != self.columns:
            raise ValueError(
                f"{name} has {y.shape[-1]} columns, expected {self.columns} as in training"
            )
        if self.targets.kind != "class":
            refuse_not_finite(raw.y, counted, name)
            y = np.where(counted[..., np.newaxis], y, 0)
            return y[rows].astype(np.float32)
        values = _single(y)
        self._refuse_unseen(values, counted, name, rows)
        found = np.searchsorted(self.classes, values[rows])
        return np.where(counted[rows], found, 0).astype(np.int32)

    def _refuse_unseen(
        self, values: np.ndarray, counted: np.ndarray, name: str, rows: np.ndarray
    ) -> None:
        unseen = ~np.isin(values[rows], self.classes) & counted[rows]
        if unseen.any():
            place = np.argwhere(unseen)[0]
            first = (int(rows[place[0]]), *map(int, place[1:]))
            known = ", ".join(map(str, self.classes[:5]))
            more = ", …" if len(self.classes) > 5 else ""
            raise ValueError(
                f"{name}{list(first)} is {values[first]!s}, a class that no training example has, "
                f"expected one of the {len(self.classes)} classes {known}{more}: put such an "
                f"example into the training data or leave it out; if y are numbers rather than "
                f"classes, set target=numbers"
            )


def encoding(raw: Raw, rows: np.ndarray, kind: str, per_timestep: bool | None) -> Encoding:
    """Decide how targets are encoded.

    Args:
        raw: The arrays that contain the training data.
        rows: Which rows are training examples.
        kind: "class", "labels" or "numbers", or "auto" to decide from the type and the shape.
        per_timestep: Whether y has a target for each timestep; None to decide from the shape.

    Raises:
        ValueError: The targets fit no kind, or not the one that is given.
    """
    timed = _per_timestep(raw) if per_timestep is None else per_timestep
    y = columns(raw, timed)[rows]
    size = y.shape[-1]
    counted = counts(raw, timed)[rows]
    values = y[counted]
    if not len(values):
        raise ValueError(f"{raw.called('y')} has no training target with a weight, expected some")
    found = _kind(values, raw.called("y")) if kind == "auto" else cast(Kind, kind)
    _check_kind(values, found, raw.called("y"))
    if found != "class":
        return Encoding(Targets(found, size, timed), np.empty(0), size)
    classes = np.unique(_single(values))
    if len(classes) < 2:
        raise ValueError(
            f"{raw.called('y')} has the one class {classes[0]} in the training data, expected at "
            "least two: add examples of another class"
        )
    return Encoding(Targets("class", len(classes), timed), classes, size)


def columns(raw: Raw, per_timestep: bool) -> np.ndarray:
    """Return y as (N, K), or as (N, T, K) if there is a target at each timestep.

    Raises:
        ValueError: y has another shape.
    """
    y, shape = raw.y, raw.x.shape[: 2 if per_timestep else 1]
    if y.ndim == len(shape):
        y = y[..., np.newaxis]
    if y.ndim != len(shape) + 1 or y.shape[:-1] != shape or not y.shape[-1]:
        timed = "(N, T) or (N, T, K) with one target for each timestep"
        expected = timed if per_timestep else "(N,) or (N, K) with one target for each sequence"
        raise ValueError(
            f"{raw.called('y')} is of shape {raw.y.shape} beside {raw.called('x')} of "
            f"{raw.x.shape}, expected {expected}: reshape it"
        )
    return y


def counts(raw: Raw, per_timestep: bool) -> np.ndarray:
    """Return which targets count: bool, (N,) or (N, T).

    Raises:
        ValueError: There are weights of timesteps, but one target for each sequence.
    """
    weights = np.ones(len(raw.x)) if raw.weights is None else raw.weights
    if not per_timestep:
        if weights.ndim > 1:
            raise ValueError(
                f"{raw.called('weights')} is of shape {weights.shape} beside one target for each "
                f"sequence, expected ({len(weights)},)"
            )
        return weights > 0
    return raw.real & (weights > 0 if weights.ndim == 2 else weights[:, np.newaxis] > 0)


def _per_timestep(raw: Raw) -> bool:
    return raw.y.ndim == 3 or (raw.y.ndim == 2 and 1 < raw.y.shape[1] == raw.timesteps)


def _single(y: np.ndarray) -> np.ndarray:
    """Return one class for the last axis: that of its single 1, or its one value."""
    return y.argmax(axis=-1) if y.shape[-1] > 1 else y[..., 0]


def _kind(values: np.ndarray, name: str) -> Kind:
    """Return the kind of targets (n, K)."""
    several = values.shape[1] > 1
    if several and values.dtype.kind in "fiub" and np.isin(values, (0, 1)).all():
        return "class" if (values.sum(axis=1) == 1).all() else "labels"
    if values.dtype.kind == "f":
        return "numbers"
    if several:
        raise ValueError(
            f"{name} has {values.shape[1]} columns of {values.dtype}, expected one column of "
            "classes, or columns of 0 and 1, or floating-point numbers: set target=numbers if they "
            "are numbers"
        )
    return "class"


def _check_kind(values: np.ndarray, kind: str, name: str) -> None:
    if values.dtype.kind not in ("fiubU" if kind == "class" else "fiub"):
        raise ValueError(f"{name} is an array of {values.dtype}, expected numbers for {kind}")
    zero_or_one = kind != "numbers" and np.isin(values, (0, 1)).all()
    if kind == "labels" and not zero_or_one:
        raise ValueError(f"{name} has other values than 0 and 1, expected these two for labels")
    if kind == "class" and values.shape[1] > 1:
        if not zero_or_one or (values.sum(axis=1) != 1).any():
            raise ValueError(
                f"{name} has {values.shape[1]} columns, expected one column of classes, or a "
                "single 1 in each row"
            )
    elif kind == "class" and values.dtype.kind == "f" and (values != np.round(values)).any():
        raise ValueError(
            f"{name} has fractions, expected whole numbers as classes: set target=numbers"
        )
