"""Laws of every task: all concrete tasks in rnnexp.tasks are here by existing."""

import importlib
import inspect
import pkgutil
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rnnexp.tasks
from rnnexp.tasks import Task
from rnnexp.tasks.task import SPLITS


def every_task() -> list[type[Task]]:
    """Every concrete subclass of Task defined anywhere in the package, exported or not."""
    for module in pkgutil.walk_packages(rnnexp.tasks.__path__, "rnnexp.tasks."):
        importlib.import_module(module.name)

    def below(parent: type[Task]) -> list[type[Task]]:
        return [c for child in parent.__subclasses__() for c in (child, *below(child))]

    ours = (c for c in set(below(Task)) if c.__module__.startswith("rnnexp.tasks"))
    return sorted((c for c in ours if not inspect.isabstract(c)), key=lambda c: c.__name__)


TASKS = every_task()
EVERY_TASK = pytest.mark.parametrize("task_class", TASKS)
KEYS = {"seed": st.integers(0, 2**32), "epoch": st.integers(0, 1000)}


def same(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_every_task_is_exported():
    missing = [c.__name__ for c in TASKS if getattr(rnnexp.tasks, c.__name__, None) is not c]
    assert not missing, f"not exported by rnnexp.tasks: {missing}"


@EVERY_TASK
def test_every_field_has_a_default_and_a_type_the_config_can_hold(task_class):
    assert task_class() == task_class()
    assert {field.type for field in fields(task_class)} <= {int, float, bool, str}


@EVERY_TASK
@pytest.mark.parametrize("split", SPLITS)
@settings(max_examples=20)
@given(**KEYS)
def test_the_same_key_gives_the_same_arrays(task_class, split, seed, epoch):
    first = task_class().examples(split, seed, epoch)
    assert same(first, task_class().examples(split, seed, epoch))


@EVERY_TASK
@settings(max_examples=20)
@given(**KEYS)
def test_another_epoch_or_seed_trains_on_other_data_or_in_another_order(task_class, seed, epoch):
    task = task_class()
    first = task.examples("train", seed, epoch)
    assert not same(first, task.examples("train", seed, epoch + 1))
    assert not same(first, task.examples("train", seed + 1, epoch))


@EVERY_TASK
@pytest.mark.parametrize("split", ["validation", "test"])
@settings(max_examples=20)
@given(**KEYS)
def test_evaluation_does_not_depend_on_the_epoch(task_class, split, seed, epoch):
    task = task_class()
    assert same(task.examples(split, seed), task.examples(split, seed, epoch))


@EVERY_TASK
@pytest.mark.parametrize("split", SPLITS)
def test_shapes_types_and_values_are_as_declared(task_class, split):
    task = task_class()
    x, y = task.examples(split, seed=0)
    assert x.shape == (len(x), task.length, task.features)
    assert x.dtype == np.float32
    assert np.isfinite(x).all()
    if task.metric == "accuracy":
        assert (y.shape, y.dtype) == ((len(x),), np.int32)
        assert set(np.unique(y)) <= set(range(task.outputs))
    else:
        assert (y.shape, y.dtype) == ((len(x), task.outputs), np.float32)
        assert np.isfinite(y).all()


@EVERY_TASK
def test_loss_metric_and_activation_belong_together(task_class):
    together = {
        ("sparse_categorical_crossentropy", "accuracy", "softmax"),
        ("mean_squared_error", "mean_squared_error", "linear"),
    }
    assert (task_class.loss, task_class.metric, task_class.activation) in together


@EVERY_TASK
def test_no_example_of_one_split_is_in_another(task_class):
    splits = [task_class().examples(split, seed=0)[0] for split in SPLITS]
    rows = [{row.tobytes() for row in x} for x in splits]
    assert len(set.union(*rows)) == sum(map(len, rows))


def best_constant_guess(task: Task, y: np.ndarray) -> tuple[float, float]:
    """The score on y of the constant that fits y best, and the standard error of that score."""
    if task.metric == "accuracy":
        score = np.bincount(y).max() / len(y)
        return score, np.sqrt(score * (1 - score) / len(y))
    squared_errors = (y - y.mean()) ** 2
    return squared_errors.mean(), squared_errors.std() / np.sqrt(len(y))


def distinct_targets(task: Task, epochs: int) -> np.ndarray:
    """The targets of everything drawn; what comes back in a later epoch (real data) counts once."""
    draws = [task.examples("train", seed=0, epoch=epoch) for epoch in range(epochs)]
    draws += [task.examples(split, seed=0) for split in ("validation", "test")]
    targets = {hash(row.tobytes()): y for xs, ys in draws for row, y in zip(xs, ys, strict=True)}
    return np.array(list(targets.values()))


@EVERY_TASK
def test_the_baseline_is_what_the_best_constant_guess_scores(task_class):
    task = task_class()
    score, error = best_constant_guess(task, distinct_targets(task, epochs=10))
    # A right baseline is off by four standard errors in one draw of 10,000; this draw is fixed.
    assert abs(score - task.baseline) < 4 * error


@EVERY_TASK
def test_solved_compares_in_the_direction_of_the_metric(task_class):
    task = task_class()
    perfect = 1.0 if task.metric == "accuracy" else 0.0
    assert task.solved(perfect)
    assert task.solved(task.threshold)
    assert not task.solved(task.baseline)
    assert not task.solved(float("nan"))


@EVERY_TASK
def test_a_bad_field_is_named_with_its_value_and_what_was_expected(task_class):
    for field in fields(task_class):
        for bad in (-1, None, "nonsense"):
            with pytest.raises(ValueError, match=rf"^{field.name} .*{bad!r}, expected .*: set "):
                task_class(**{field.name: bad})


@EVERY_TASK
@pytest.mark.parametrize(
    "key", [{"split": "dev"}, {"seed": -1}, {"epoch": -1}], ids=["split", "seed", "epoch"]
)
def test_a_bad_key_is_named_with_its_value_and_what_was_expected(task_class, key):
    ((name, value),) = key.items()
    with pytest.raises(ValueError, match=rf"^{name} is {value!r}, expected "):
        task_class().examples(**({"split": "train", "seed": 0, "epoch": 0} | key))
