"""The arrays that somebody brings, checked for their shapes, numbers and lengths.

An error names the place as NumPy does: `x[3, 17, 0]` is row 3, timestep 17, feature 0.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Raw:
    """The arrays of one or several splits, as they were brought. N is the number of sequences.

    Attributes:
        x: (N, T, D) numbers, (N, T) whole numbers, which are tokens, or (N, T) other numbers.
        y: The targets, (N, …).
        lengths: (N,) the number of timesteps of each sequence; None if all have T.
        weights: (N,) or (N, T); None if all targets count alike.
        called: Gives the name of an array to people, as in "x" to "x_test".
    """

    x: np.ndarray
    y: np.ndarray
    lengths: np.ndarray | None = None
    weights: np.ndarray | None = None
    called: Callable[[str], str] = str

    @property
    def timesteps(self) -> int:
        """T, the number of timesteps of every row of x."""
        return int(self.x.shape[1])

    @property
    def tokens(self) -> bool:
        """Whether x are tokens."""
        return self.x.ndim == 2 and self.x.dtype.kind in "iu"

    @cached_property
    def real(self) -> np.ndarray:
        """(N, T) bool, False where a sequence has ended."""
        if self.lengths is None:
            return np.ones(self.x.shape[:2], dtype=bool)
        return np.arange(self.timesteps) < self.lengths[:, np.newaxis]


def checked(raw: Raw) -> Raw:
    """Return the arrays, x with three axes if its values are numbers.

    Raises:
        ValueError: An array has another shape or type than expected, a number is not finite, or a
            length or a weight is out of its range. The text names the array and the place.
    """
    x, y = raw.called("x"), raw.called("y")
    if raw.x.dtype.kind not in "fiub":
        _refuse(x, f"an array of {raw.x.dtype}", "numbers", "number texts with numpy.unique")
    if raw.x.ndim not in (2, 3) or 0 in raw.x.shape:
        shape = "(N, T, D) numbers, or (N, T) whole numbers as tokens, none of the sizes 0"
        _refuse(x, f"of shape {raw.x.shape}", shape, f"use {x}.reshape(N, T, D)")
    if raw.y.ndim == 0 or len(raw.y) != len(raw.x):
        _refuse(y, f"of shape {raw.y.shape}", f"a target for each of the {len(raw.x)} rows of {x}")
    if raw.lengths is not None:
        _check_lengths(raw.lengths, raw)
    if raw.weights is not None:
        _check_weights(raw.weights, raw)
    if raw.tokens:
        _refuse_first(raw.real & (raw.x < 0), raw.x, x, "a token of at least 0")
        return raw
    numbers = replace(raw, x=raw.x[..., np.newaxis]) if raw.x.ndim == 2 else raw
    refuse_not_finite(numbers.x, numbers.real, x)
    return numbers


def refuse_not_finite(values: np.ndarray, counted: np.ndarray, name: str) -> None:
    """Raise ValueError for the first value that counts and is NaN, infinite or too large.

    Args:
        values: Numbers of any type.
        counted: bool, with the first axes of `values`.
        name: The name of the array.
    """
    if values.dtype.kind == "f":
        extra = (np.newaxis,) * (values.ndim - counted.ndim)
        with np.errstate(over="ignore"):
            bad = ~np.isfinite(values.astype(np.float32)) & counted[(..., *extra)]
        expected = "a finite number that float32 can hold"
        _refuse_first(bad, values, name, expected, "fill it in, or leave that row out")


def lengths_of_mask(mask: np.ndarray, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Return the number of timesteps of each sequence, (N,).

    Args:
        mask: (N, T) true at the timesteps of a sequence and false, or 0, after its end.
        shape: The (N, T) of x.
        name: The name of the array.

    Raises:
        ValueError: The shape or a value differs, or a sequence goes on after it has ended.
    """
    if mask.shape != shape or mask.dtype.kind not in "biuf":
        _refuse(name, f"{mask.dtype} of shape {mask.shape}", f"true or false of shape {shape}")
    _refuse_first((mask != 0) & (mask != 1), mask, name, "0 or 1")
    holds = mask.astype(bool)
    again = holds[:, 1:] & ~holds[:, :-1]
    if again.any():
        row, step = np.argwhere(again)[0]
        raise ValueError(
            f"{name}[{row}, {step}] is false but {name}[{row}, {step + 1}] is true, expected "
            "sequences that start at timestep 0 and are padded at the end: move the timesteps of "
            f"row {row} to the left"
        )
    lengths = holds.sum(axis=1)
    if not lengths.all():
        row = int(lengths.argmin())
        raise ValueError(
            f"{name}[{row}] has no timestep, expected at least one: leave row {row} out"
        )
    return lengths


def _check_lengths(lengths: np.ndarray, raw: Raw) -> None:
    name = raw.called("lengths")
    if lengths.shape != (len(raw.x),) or lengths.dtype.kind not in "iu":
        found = f"{lengths.dtype} of shape {lengths.shape}"
        _refuse(name, found, f"whole numbers of shape ({len(raw.x)},), one for each row of x")
    outside = (lengths < 1) | (lengths > raw.timesteps)
    _refuse_first(outside, lengths, name, f"1 to the {raw.timesteps} timesteps of a row of x")


def _check_weights(weights: np.ndarray, raw: Raw) -> None:
    name, shape = raw.called("weights"), raw.x.shape[:2]
    if weights.shape not in (shape[:1], shape) or weights.dtype.kind not in "fiub":
        found = f"{weights.dtype} of shape {weights.shape}"
        _refuse(name, found, f"numbers of shape {shape[:1]} or {shape}")
    bad = ~(np.isfinite(weights) & (weights >= 0))
    _refuse_first(bad, weights, name, "a finite number of at least 0")


def _refuse(name: str, found: str, expected: str, mend: str = "") -> None:
    raise ValueError(f"{name} is {found}, expected {expected}{mend and f': {mend}'}")


def _refuse_first(
    bad: np.ndarray, values: np.ndarray, name: str, expected: str, mend: str = "correct it"
) -> None:
    if bad.any():
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        others = int(bad.sum()) - 1
        more = f" (and {others} more like it)" if others else ""
        raise ValueError(
            f"{name}{list(place)} is {values[place]}{more}, expected {expected}: {mend}"
        )
