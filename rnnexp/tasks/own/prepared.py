"""Arrays that somebody brings, as the examples of a task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.constant_guess import Weighted, constant_guess_score
from rnnexp.tasks.examples import PADDING, Examples, Inputs, Targets
from rnnexp.tasks.own.raw import Raw
from rnnexp.tasks.own.target_kinds import Encoding, encoding

Chosen = Mapping[str, tuple[Raw, np.ndarray]]
"""The arrays in which the examples of each split are, and which of their rows are examples."""

METRICS = {"class": "accuracy", "labels": "binary_accuracy", "numbers": "mean_squared_error"}


class ExampleRows(Protocol):
    """Examples in memory, or what makes them when they are asked for."""

    @property
    def y(self) -> np.ndarray:
        """The targets of all examples."""

    def rows(self, chosen: slice | np.ndarray) -> Examples:
        """Return the chosen examples."""


@dataclass(frozen=True)
class Prepared:
    """The examples of all splits, and what they are.

    Attributes:
        inputs: What a model reads.
        targets: What it predicts.
        input_names: The names of the tokens or of the numbers of a timestep.
        target_names: The names of the classes or of the numbers to predict.
        examples: Those of each split.
        baseline: The test score of the best constant guess on the training targets.
        guesses: The test scores of other simple methods, by name.
        notes: What else a person should know of the data.
    """

    inputs: Inputs
    targets: Targets
    input_names: Sequence[str]
    target_names: Sequence[str]
    examples: Mapping[str, ExampleRows]
    baseline: float
    guesses: Mapping[str, float] = field(default_factory=dict)
    notes: Sequence[str] = ()


def prepared(chosen: Chosen, kind: str, per_timestep: bool | None) -> Prepared:
    """Return the examples of all splits.

    Args:
        chosen: The checked arrays of each split, and their rows.
        kind: "class", "labels", "numbers" or "auto"; see `encoding`.
        per_timestep: Whether targets are per timestep, None to decide from the shape of y.

    Raises:
        ValueError: The arrays of the splits do not fit together, or targets do not fit.
    """
    encode = encoding(*chosen["train"], kind, per_timestep)
    inputs, inputs_of = _inputs([raw for raw, _ in chosen.values()])
    examples = {split: _examples(*chosen[split], encode, inputs_of) for split in SPLITS}
    first = 1 if inputs.kind == "tokens" and inputs.padded and _has_zero(chosen) else 0
    names = [str(index - first) for index in range(inputs.size)]
    names[:first] = ["padding"] * first
    return Prepared(
        inputs=inputs,
        targets=encode.targets,
        input_names=names,
        target_names=encode.names,
        examples=examples,
        baseline=constant_guess_score(encode.targets, *_weighted(examples)),
    )


def _weighted(examples: Mapping[str, Examples]) -> tuple[Weighted, Weighted]:
    train, test = examples["train"], examples["test"]
    return (train.y, train.weights), (test.y, test.weights)


def _inputs(raws: Sequence[Raw]) -> tuple[Inputs, Callable[[Raw, np.ndarray], np.ndarray]]:
    """Return what a model reads, and a function from arrays and rows to x."""
    first, padded = raws[0], any(not raw.real.all() for raw in raws)
    for raw in raws:
        if raw.tokens != first.tokens or raw.x.shape[2:] != first.x.shape[2:]:
            raise ValueError(
                f"{raw.called('x')} is {raw.x.dtype} of shape {raw.x.shape} beside "
                f"{first.called('x')}, {first.x.dtype} of {first.x.shape}, expected the same kind "
                "and the same last axis"
            )
    if not first.tokens:
        _refuse_padding_value(raws, padded)
        return Inputs("numbers", int(first.x.shape[2]), padded), _numbers
    # Token 0 stands for padding, so it must not be a token of the sequences too.
    shift = int(padded and any((raw.x[raw.real] == 0).any() for raw in raws))
    size = 1 + shift + max(int(raw.x[raw.real].max()) for raw in raws)
    return Inputs("tokens", size, padded), lambda raw, rows: np.where(
        raw.real[rows], raw.x[rows] + shift, 0
    ).astype(np.int32)


def _has_zero(chosen: Chosen) -> bool:
    return any((raw.x[raw.real] == 0).any() for raw, _ in chosen.values())


def _numbers(raw: Raw, rows: np.ndarray) -> np.ndarray:
    real = raw.real[rows][..., np.newaxis]
    return np.where(real, raw.x[rows], PADDING).astype(np.float32)


def _refuse_padding_value(raws: Sequence[Raw], padded: bool) -> None:
    for raw in raws if padded else ():
        masked = (raw.x == PADDING).all(axis=-1) & raw.real
        if masked.any():
            row, step = np.argwhere(masked)[0]
            raise ValueError(
                f"{raw.called('x')}[{row}, {step}] holds only {PADDING:g}, the number that marks "
                "padding here, expected other numbers: scale x, for instance by its mean and "
                "standard deviation"
            )


def _examples(
    raw: Raw,
    rows: np.ndarray,
    encode: Encoding,
    inputs_of: Callable[[Raw, np.ndarray], np.ndarray],
) -> Examples:
    y = encode.encoded(raw, rows)
    weights = _weights(raw, rows, encode.targets.per_timestep)
    if weights is not None and not weights.any():
        raise ValueError(
            f"{raw.called('weights')} is 0 for all targets of a split, expected some of more than 0"
        )
    return Examples(inputs_of(raw, rows), y, weights)


def _weights(raw: Raw, rows: np.ndarray, per_timestep: bool) -> np.ndarray | None:
    if raw.weights is None and (not per_timestep or raw.lengths is None):
        return None
    weights = np.ones(len(raw.x)) if raw.weights is None else raw.weights
    if per_timestep:
        timed = weights if weights.ndim == 2 else weights[:, np.newaxis]
        return (timed * raw.real)[rows].astype(np.float32)
    return weights[rows].astype(np.float32)
