"""The baseline of every task: what the best guess that ignores the inputs scores."""

from collections.abc import Iterable

import numpy as np
import pytest

from rnnexp.tasks import (
    MQAR,
    Adding,
    AddingHS97,
    Copy,
    CycleNavigation,
    EvenPairs,
    Examples,
    FirstToken,
    FitzHughNagumo,
    FlipFlop,
    ModularArithmetic,
    Multiplication,
    Parity,
    Reber,
    RepeatPrevious,
    SelectiveCopy,
    Stored,
    Task,
    TemporalOrder,
    VariableCopy,
)
from rnnexp.tasks.scores import HIGHER_IS_BETTER
from tests.laws.tasks import EVERY_TASK

CHUNK = 250
TARGETS, SEQUENCES = 100_000, 2_000
NUMBERS = 20_000_000  # of one-hot targets at once, which are 80 MB


def targets_of(parts: Iterable[Examples]) -> Examples:
    """The targets and weights of several batches, without their inputs, which are large."""
    kept = [(part.y, part.weights) for part in parts]
    y = np.concatenate([y for y, _ in kept])
    counted = kept[0][1] is not None
    return Examples(y, y, np.concatenate([w for _, w in kept]) if counted else None)


def sampled(task: Task) -> tuple[Examples, Examples]:
    """Two independent sets of targets: one to fit a guess on, and one to score it on."""
    if isinstance(task, Stored):
        return targets_of([task.stored("train")]), targets_of([task.stored("test")])
    per_sequence = task.timesteps("test") if task.targets.per_timestep else 1
    batches = max(SEQUENCES, TARGETS // per_sequence) // CHUNK

    def drawn(first: int) -> Examples:
        return targets_of(task.batch("test", 0, first + i, CHUNK) for i in range(batches))

    return drawn(0), drawn(batches)


def as_grid(task: Task, examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Targets as (N, T, size), one-hot for classes, and their weights (N, T)."""
    every = -(-examples.y.size * task.targets.size // NUMBERS)
    examples = examples.rows(slice(None, None, every))
    y = examples.y
    if task.targets.kind == "class":
        y = np.eye(task.targets.size, dtype=np.float32)[y]
    if not task.targets.per_timestep:
        y = y[:, None]
    weights = np.ones(y.shape[:2]) if examples.weights is None else examples.weights
    return y, weights.astype(float)


def best_guess(kind: str, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The mean target of every timestep, (T, size): the shares of classes and labels.

    One more target, of all classes alike, keeps a share from 0, whose logarithm is infinite.
    """
    total = weights.sum(axis=0)[:, None]
    summed = np.einsum("nt,ntk->tk", weights, y)
    if kind == "numbers":
        return summed / np.maximum(total, 1)
    return (summed + 1 / y.shape[-1]) / (total + 1)


def most_frequent(y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The targets (T, size) of the most frequent sequence, where shorter ones fit longer ones."""
    counted = np.where(weights[..., None] > 0, y, -1).astype(np.int8)
    rows, counts = np.unique(counted.reshape(len(y), -1), axis=0, return_counts=True)
    rows = rows.reshape(-1, *y.shape[1:])
    likely = rows[np.argsort(-counts, kind="stable")[:50]]
    fits = [counts[((rows == guess) | (rows == -1)).all(axis=(1, 2))].sum() for guess in likely]
    return likely[int(np.argmax(fits))]


def scores(metric: str, y: np.ndarray, guess: np.ndarray) -> np.ndarray:
    """The score of every target, (N, T), of a guess (T, size)."""
    if metric == "mean_squared_error":
        return ((y - guess) ** 2).mean(axis=-1)
    if metric == "accuracy":
        return np.take_along_axis(y, guess.argmax(axis=-1)[None, :, None], axis=-1)[..., 0]
    if metric == "binary_accuracy":
        return (y == (guess > 0.5)).mean(axis=-1)
    return -(y * np.log(guess)).sum(axis=-1) / (np.log(2) if metric == "bits_per_character" else 1)


def mean_and_error(score: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The weighted mean, and its standard error when only the sequences are independent."""
    mean = (weights * score).sum() / weights.sum()
    per_sequence = (weights * (score - mean)).sum(axis=1)
    return mean, np.sqrt((per_sequence**2).sum()) / weights.sum()


def scored(task: Task, fitted: tuple, on: tuple) -> tuple[float, float]:
    """What the guess that is best on the first targets scores on the second ones."""
    y, weights = on
    if task.metric == "sequence_accuracy":
        right = (y == most_frequent(*fitted)).all(axis=-1) | (weights == 0)
        return mean_and_error(right.all(axis=1, keepdims=True), np.ones((len(y), 1)))
    guess = best_guess(task.targets.kind, *fitted)
    return mean_and_error(scores(task.metric, y, guess), weights)


def check_baseline(task: Task) -> None:
    fit, test = (as_grid(task, part) for part in sampled(task))
    # A guess that has seen the targets is better than the best one, and a guess that was fitted on
    # other targets is no better. A right baseline lies outside by four standard errors in one draw
    # of 10,000, and this draw is fixed.
    optimistic, error = scored(task, test, test)
    pessimistic, other_error = scored(task, fit, test)
    sign = 1 if HIGHER_IS_BETTER[task.metric] else -1
    assert sign * task.baseline <= sign * optimistic + 4 * error
    assert sign * task.baseline >= sign * pessimistic - 4 * other_error


@EVERY_TASK
def test_the_baseline_is_what_the_best_guess_without_inputs_scores(task_class):
    check_baseline(task_class())


@pytest.mark.parametrize(
    "task",
    [
        Adding(length=5, variant="anywhere"),
        AddingHS97(length=6),
        Copy(length=3, test_length=9, symbols=3, copied=2),
        Copy(length=1, copied=1),
        CycleNavigation(test_shortest=1, test_length=4),
        CycleNavigation(test_shortest=3, test_length=3, positions=2),
        EvenPairs(test_shortest=2, test_length=2),
        FirstToken(length=2, symbols=3),
        FitzHughNagumo(length=5),
        FlipFlop(length=3, bits=1, probability=0.1),
        ModularArithmetic(test_shortest=1, test_length=6),
        ModularArithmetic(test_shortest=5, test_length=5, modulus=4),
        MQAR(length=20, vocabulary=9, pairs=2, test_pairs=[1, 4]),
        Multiplication(length=21),
        Parity(test_shortest=1, test_length=1),
        Reber(length=9),
        RepeatPrevious(difficulty="medium"),
        SelectiveCopy(length=4, symbols=3),
        TemporalOrder(length=10, symbols=3),
        VariableCopy(length=1, symbols=3),
        VariableCopy(length=3, test_length=12, symbols=2, copied=4),
    ],
    ids=repr,
)
def test_the_baseline_follows_the_settings(task):
    check_baseline(task)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("accuracy", 0.75), ("cross_entropy", 0.25 * np.log(4) + 0.75 * np.log(4 / 3))],
)
def test_the_guess_is_scored_as_computed_by_hand(metric, expected):
    y = np.eye(2)[[[0], [0], [1], [0]]]
    guess = np.array([[0.75, 0.25]])
    assert scores(metric, y, guess).mean() == pytest.approx(expected)
