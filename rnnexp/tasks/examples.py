"""What an example of a task consists of: inputs, targets, weights and slice."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

PADDING = -1024.0
"""The value of every number of a padded timestep; the padded timesteps of tokens hold token 0.

Every dtype of Keras represents it exactly, so `keras.layers.Masking` finds it again.
"""


class Examples(NamedTuple):
    """Several examples of a task. N is their number, T the number of timesteps.

    Attributes:
        x: The inputs: (N, T, D) float32 for numbers, (N, T) int32 for tokens.
        y: The targets of each sequence or of each timestep; see `Targets`.
        weights: The weight of each target in the loss and in the score, float32: (N, T) where there
            is a target at every timestep, else (N,). 0 leaves a target out. None: every target
            counts alike.
        slices: (N,) int32, the group of each example for which a score of its own is reported,
            such as its length. None: there are no groups.
    """

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None = None
    slices: np.ndarray | None = None

    def rows(self, chosen: slice | np.ndarray) -> "Examples":
        """Return the chosen examples."""
        return Examples._make(None if part is None else part[chosen] for part in self)

    @staticmethod
    def joined(parts: "list[Examples]") -> "Examples":
        """Return the examples of all parts, which have the same number of timesteps."""
        columns = zip(*parts, strict=True)
        return Examples._make(None if c[0] is None else np.concatenate(c) for c in columns)


@dataclass(frozen=True)
class Inputs:
    """What a model reads at each timestep.

    Attributes:
        kind: "numbers", x of (N, T, size) float32; or "tokens", x of (N, T) int32 from 0 to
            size - 1.
        size: The number of features D, or of different tokens.
        padded: Whether sequences may be shorter than T. Their last timesteps are padded, with
            `PADDING` or with token 0, and are masked in the model.
    """

    kind: Literal["numbers", "tokens"]
    size: int
    padded: bool = False


@dataclass(frozen=True)
class Targets:
    """What a model predicts, once for a sequence or at every timestep.

    Attributes:
        kind: "class", one class of `size`, y of (N,) or (N, T) int32; "labels", any of `size`
            classes, y of (N, size) or (N, T, size) float32, each 0 or 1; or "numbers", `size`
            numbers, y of (N, size) or (N, T, size) float32.
        size: The number of classes or numbers: the outputs of the model.
        per_timestep: Whether there is a target at every timestep.
    """

    kind: Literal["class", "labels", "numbers"]
    size: int
    per_timestep: bool = False

    @property
    def loss(self) -> str:
        """The name of the Keras loss on the model's output."""
        return {
            "class": "sparse_categorical_crossentropy",
            "labels": "binary_crossentropy",
            "numbers": "mean_squared_error",
        }[self.kind]

    @property
    def activation(self) -> str:
        """The activation of the output layer."""
        return {"class": "softmax", "labels": "sigmoid", "numbers": "linear"}[self.kind]


def padded(sequences: list[np.ndarray], length: int) -> np.ndarray:
    """Return sequences of different lengths in one array, padded at the end.

    Args:
        sequences: Arrays of (t, D) numbers or (t,) tokens, with t from 1 to `length`.
        length: The number of timesteps T.

    Returns:
        (N, T, D) float32, padded with `PADDING`, or (N, T) int32, padded with token 0.
    """
    first = sequences[0]
    numbers = first.ndim == 2
    shape = (len(sequences), length, *first.shape[1:])
    x = np.full(shape, PADDING if numbers else 0, dtype=np.float32 if numbers else np.int32)
    for row, sequence in zip(x, sequences, strict=True):
        row[: len(sequence)] = sequence
    return x
