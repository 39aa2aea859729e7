"""Laws of every task: all concrete tasks in rnnexp.tasks are here by existing."""

import doctest
import re
from dataclasses import fields
from types import NoneType
from typing import get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

import rnnexp.tasks
from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.examples import PADDING
from rnnexp.tasks.scores import HIGHER_IS_BETTER
from tests.laws.tasks import (
    EVERY_GENERATED,
    EVERY_STORED,
    EVERY_TASK,
    NUMBER,
    TASKS,
    drawn,
    same,
)

EVERY_SPLIT = pytest.mark.parametrize("split", SPLITS)
KEYS = {"seed": st.integers(0, 2**32), "index": st.integers(0, 10**6)}
METRICS = {
    "class": {"accuracy", "sequence_accuracy", "cross_entropy", "bits_per_character"},
    "labels": {"binary_accuracy", "sequence_accuracy"},
    "numbers": {"mean_squared_error"},
}


def test_every_task_is_exported():
    missing = [c.__name__ for c in TASKS if getattr(rnnexp.tasks, c.__name__, None) is not c]
    assert not missing, f"not exported by rnnexp.tasks: {missing}"


@EVERY_TASK
def test_every_field_has_a_default_and_a_type_the_config_can_hold(task_class):
    assert task_class() == task_class()
    assert set(OmegaConf.structured(task_class)) == {field.name for field in fields(task_class)}


@EVERY_TASK
@EVERY_SPLIT
@settings(max_examples=5)
@given(**KEYS)
def test_the_same_arguments_give_the_same_arrays(task_class, split, seed, index):
    first = task_class().batch(split, seed, index, 5)
    task_class().batch(split, seed, index + 1, 5)
    assert same(first, task_class().batch(split, seed, index, 5))


@EVERY_TASK
@settings(max_examples=5)
@given(**KEYS)
def test_another_seed_or_index_trains_on_other_examples(task_class, seed, index):
    task = task_class()
    first = task.batch("train", seed, index, NUMBER)
    assert not same(first, task.batch("train", seed, index + 1, NUMBER))
    assert not same(first, task.batch("train", seed + 1, index, NUMBER))


@EVERY_GENERATED
def test_splits_of_the_same_seed_are_different_examples(task_class):
    x = {split: drawn(task_class, split).x.tobytes() for split in SPLITS}
    assert len(set(x.values())) == len(SPLITS)


@EVERY_STORED
def test_evaluation_on_stored_examples_does_not_depend_on_the_seed(task_class):
    for split in ("validation", "test"):
        assert same(drawn(task_class, split, 0), drawn(task_class, split, 1))


@EVERY_STORED
def test_no_stored_example_of_one_split_is_in_another(task_class):
    rows = [{row.tobytes() for row in task_class().stored(split).x} for split in SPLITS]
    assert len(set.union(*rows)) == sum(map(len, rows))


@EVERY_TASK
def test_chunks_are_all_examples_of_a_split(task_class):
    task = task_class()
    for split in ("validation", "test"):
        assert sum(len(chunk.x) for chunk in task.chunks(split, 0)) == task.size(split)


@EVERY_TASK
@EVERY_SPLIT
def test_inputs_are_as_declared(task_class, split):
    task, x = task_class(), drawn(task_class, split).x
    inputs, shape = task.inputs, (len(x), task.timesteps(split))
    if inputs.kind == "tokens":
        assert (x.shape, x.dtype) == (shape, np.int32)
        assert ((x >= 0) & (x < inputs.size)).all()
    else:
        assert (x.shape, x.dtype) == ((*shape, inputs.size), np.float32)
        assert np.isfinite(x).all()


def padding(x: np.ndarray) -> np.ndarray:
    """Which timesteps look like padding, (N, T)."""
    return x == 0 if x.ndim == 2 else (x == PADDING).any(axis=-1)


@EVERY_TASK
@EVERY_SPLIT
def test_only_the_last_timesteps_are_padded_and_only_where_declared(task_class, split):
    task, (x, _, weights, _) = task_class(), drawn(task_class, split)
    there = padding(x)
    if not task.inputs.padded:
        assert task.inputs.kind == "tokens" or not there.any()
        return
    assert not there[:, 0].any()
    assert (there[:, 1:] >= there[:, :-1]).all()
    if task.inputs.kind == "numbers":
        assert (x[there] == PADDING).all()
    if task.targets.per_timestep:
        assert weights is not None
        assert (weights[there] == 0).all()


@EVERY_TASK
@EVERY_SPLIT
def test_targets_weights_and_slices_are_as_declared(task_class, split):
    task, (x, y, weights, slices) = task_class(), drawn(task_class, split)
    targets = task.targets
    shape = x.shape[: 1 + targets.per_timestep]
    if targets.kind == "class":
        assert (y.shape, y.dtype) == (shape, np.int32)
        assert ((y >= 0) & (y < targets.size)).all()
    else:
        assert (y.shape, y.dtype) == ((*shape, targets.size), np.float32)
        assert np.isfinite(y).all()
    if targets.kind == "labels":
        assert np.isin(y, (0, 1)).all()
    if weights is not None:
        assert (weights.shape, weights.dtype) == (shape, np.float32)
        assert (weights >= 0).all()
        assert (weights.reshape(len(x), -1).sum(axis=1) > 0).all()
    assert (slices is None) == (task.slice_name == "")
    if slices is not None:
        assert (slices.shape, slices.dtype) == ((len(x),), np.int32)


@EVERY_TASK
def test_every_token_feature_and_target_has_a_name_of_its_own(task_class):
    task = task_class()
    for names, size in (
        (task.input_names, task.inputs.size),
        (task.target_names, task.targets.size),
    ):
        assert len(names) == len(set(names)) == size
        assert all(names)


@EVERY_TASK
def test_the_metric_is_one_of_the_targets_kind(task_class):
    assert task_class.metric in METRICS[task_class().targets.kind]


@EVERY_TASK
def test_solved_compares_in_the_direction_of_the_metric(task_class):
    task = task_class()
    if task.threshold is None:
        assert task.solved(task.baseline) is None
        return
    assert task.solved(float(HIGHER_IS_BETTER[task.metric])) is True
    assert task.solved(task.threshold) is True
    assert task.solved(task.baseline) is False
    assert task.solved(float("nan")) is False


@EVERY_TASK
def test_guesses_are_finite_scores(task_class):
    assert np.isfinite(list(task_class().guesses.values())).all()


@EVERY_TASK
def test_the_literal_example_in_the_docstring_is_what_is_drawn(task_class):
    (found,) = doctest.DocTestFinder(recurse=False).find(task_class, globs=vars(rnnexp.tasks))
    assert re.search(r"print\(\w+\(.*\)\.example\(.*\)\)", found.docstring)
    assert doctest.DocTestRunner(verbose=False).run(found).failed == 0


def bad_values(of_type):
    """What a field of this type must refuse."""
    accepted = set(get_args(of_type)) or {of_type}
    if str in accepted:
        yield 3
    elif accepted <= {int, float, bool, NoneType}:
        yield "nonsense"
    if NoneType not in accepted:
        yield None
    if int in accepted and accepted <= {int, NoneType}:
        yield -1


@EVERY_TASK
def test_a_bad_field_is_named_with_its_value_and_what_was_expected(task_class):
    hints = get_type_hints(task_class)
    for field in fields(task_class):
        for bad in bad_values(hints[field.name]):
            with pytest.raises(ValueError, match=rf"^{field.name} .*{bad!r}, expected .*: set "):
                task_class(**{field.name: bad})


@EVERY_TASK
@pytest.mark.parametrize(
    "key", [{"split": "dev"}, {"seed": -1}, {"index": -1}], ids=["split", "seed", "index"]
)
def test_a_bad_argument_is_named_with_its_value_and_what_was_expected(task_class, key):
    ((name, value),) = key.items()
    arguments = {"split": "train", "seed": 0, "index": 0, "number": 1} | key
    with pytest.raises(ValueError, match=rf"^{name} is {value!r}, expected "):
        task_class().batch(**arguments)
