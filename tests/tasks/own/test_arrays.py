"""Arrays of one's own: every row is in one split, as it is in the file, with its own target."""

import functools
import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier, DummyRegressor

from rnnexp.tasks import Arrays, Inputs, Targets
from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.examples import PADDING
from tests.laws import test_every_task as laws
from tests.tasks.own.own_arrays import (
    CLASSES,
    LABELS,
    LENGTHS,
    MASK,
    NUMBERS,
    TOKENS,
    D,
    N,
    T,
    X,
    arrays_task,
)

TIMED = np.random.default_rng(1)
KINDS = {
    "classes": ((X, CLASSES), Inputs("numbers", D), Targets("class", 4)),
    "a column of classes": ((X, CLASSES[:, None]), Inputs("numbers", D), Targets("class", 4)),
    "one-hot": ((X, np.eye(4)[CLASSES]), Inputs("numbers", D), Targets("class", 4)),
    "text": ((X, np.array(list("abcd"))[CLASSES]), Inputs("numbers", D), Targets("class", 4)),
    "bool": ((X, CLASSES > 1), Inputs("numbers", D), Targets("class", 2)),
    "labels": ((X, LABELS), Inputs("numbers", D), Targets("labels", 3)),
    "labels as floats": ((X, LABELS.astype(float)), Inputs("numbers", D), Targets("labels", 3)),
    "a number": ((X, NUMBERS), Inputs("numbers", D), Targets("numbers", 1)),
    "numbers": ((X, X[:, 0]), Inputs("numbers", D), Targets("numbers", D)),
    "one number a step": ((X[..., 0], CLASSES), Inputs("numbers", 1), Targets("class", 4)),
    "whole numbers": ((X.astype(int), CLASSES), Inputs("numbers", D), Targets("class", 4)),
    "tokens": ((TOKENS, CLASSES), Inputs("tokens", 7), Targets("class", 4)),
    "a class each step": ((X, TOKENS), Inputs("numbers", D), Targets("class", 6, True)),
    "a column each step": ((X, TOKENS[..., None]), Inputs("numbers", D), Targets("class", 6, True)),
    "a number each step": ((X, X[..., 0]), Inputs("numbers", D), Targets("numbers", 1, True)),
    "numbers each step": ((X, X[..., :2]), Inputs("numbers", D), Targets("numbers", 2, True)),
    "labels each step": (
        (X, TIMED.integers(0, 2, (N, T, 2))),
        Inputs("numbers", D),
        Targets("labels", 2, True),
    ),
}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)
LAWS = [
    laws.test_the_same_arguments_give_the_same_arrays.hypothesis.inner_test,
    laws.test_evaluation_on_stored_examples_does_not_depend_on_the_seed,
    laws.test_no_stored_example_of_one_split_is_in_another,
    laws.test_chunks_are_all_examples_of_a_split,
    laws.test_inputs_are_as_declared,
    laws.test_only_the_last_timesteps_are_padded_and_only_where_declared,
    laws.test_targets_weights_and_slices_are_as_declared,
    laws.test_every_token_feature_and_target_has_a_name_of_its_own,
]


def rows_of(task, split):
    """Which rows of X the examples of a split are."""
    return task.stored(split).x[:, 0, 0].astype(int)


@EVERY_KIND
def test_what_x_and_y_are_follows_from_their_types_and_shapes(kind):
    (x, y), inputs, targets = KINDS[kind]
    task = arrays_task(x=x, y=y)
    assert (task.inputs, task.targets) == (inputs, targets)


@EVERY_KIND
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_laws_of_every_task_hold(kind, law):
    (x, y), _, _ = KINDS[kind]
    task = arrays_task(x=x, y=y, lengths=LENGTHS, settings={"shared_rows": True})
    if law.__name__.startswith("test_no_stored") and task.inputs.kind == "tokens":
        return  # short sequences of few tokens repeat
    asked = {"seed": 3, "index": 0} if "seed" in inspect.signature(law).parameters else {}
    for split in SPLITS if "split" in inspect.signature(law).parameters else [None]:
        law(functools.cache(lambda: task), **({"split": split} if split else {}), **asked)


@pytest.mark.parametrize("chronological", [False, True])
def test_every_row_is_in_one_split_with_its_own_target(chronological):
    task = arrays_task(x=X, y=NUMBERS, settings={"chronological": chronological})
    rows = [rows_of(task, split) for split in SPLITS]
    assert sorted(np.concatenate(rows)) == list(range(N))
    for split, own in zip(SPLITS, rows, strict=True):
        np.testing.assert_array_equal(task.stored(split).x, X[own].astype("float32"))
        np.testing.assert_array_equal(task.stored(split).y[:, 0], NUMBERS[own].astype("float32"))


def test_chronological_means_that_later_rows_are_never_in_an_earlier_split():
    task = arrays_task(x=X, y=NUMBERS, settings={"chronological": True, "test_share": 0.3})
    train, validation, test = (rows_of(task, split) for split in SPLITS)
    assert train.max() < validation.min() <= validation.max() < test.min()
    assert (len(train), len(validation), len(test)) == (36, 6, 18)


def test_classes_have_the_same_share_in_every_split_and_another_seed_chooses_other_rows():
    rows = {}
    for seed in (0, 1):
        task = arrays_task(x=X, y=CLASSES, settings={"split_seed": seed})
        rows[seed] = rows_of(task, "test")
        for split, share in (("validation", 0.1), ("test", 0.2)):
            counts = np.bincount(task.stored(split).y, minlength=4)
            assert (np.abs(counts - share * 15) <= 1).all()
    assert set(rows[0]) != set(rows[1])


def test_splits_in_the_file_are_the_splits():
    parts = {"": slice(40), "_validation": slice(40, 48), "_test": slice(48, None)}
    given = {
        f"{name}{ending}": array[part]
        for ending, part in parts.items()
        for name, array in (("x", X), ("y", CLASSES))
    }
    task = arrays_task(**given)
    for split, part in zip(SPLITS, parts.values(), strict=True):
        np.testing.assert_array_equal(rows_of(task, split), np.arange(N)[part])
    task = arrays_task(x=X[:48], y=CLASSES[:48], x_test=X[48:], y_test=CLASSES[48:])
    assert [task.size(split) for split in SPLITS] == [43, 5, 12]
    np.testing.assert_array_equal(rows_of(task, "test"), np.arange(48, N))


def ragged(lengths):
    """Sequences and a target for each of their timesteps, and the three ways to save them."""
    rng = np.random.default_rng(0)
    sequences = [rng.normal(size=(t, 2)).astype("float32") for t in lengths]
    targets = [rng.normal(size=t).astype("float32") for t in lengths]
    x = np.full((len(lengths), max(lengths), 2), np.nan)
    y = np.full((len(lengths), max(lengths)), np.nan)
    for row, t in enumerate(lengths):
        x[row, :t], y[row, :t] = sequences[row], targets[row]
    ways = [
        {"x": x, "y": y, "lengths": lengths},
        {"x": x, "y": y, "mask": ~np.isnan(y)},
        {"x": np.concatenate(sequences), "y": np.concatenate(targets), "lengths": lengths},
    ]
    return sequences, targets, ways


@settings(max_examples=20)
@given(lengths=st.lists(st.integers(1, 6), min_size=20, max_size=20).filter(lambda s: max(s) > 1))
def test_sequences_of_different_lengths_are_padded_at_the_end_whichever_way_they_are_given(lengths):
    sequences, targets, ways = ragged(lengths)
    for way in ways:
        task = arrays_task(**way, settings={"per_timestep": True, "chronological": True})
        x, y, weights, _ = task.examples("validation", 0)
        first = task.size("train")
        for row, (found, target) in enumerate(zip(x, y, strict=True), first):
            t = lengths[row]
            np.testing.assert_array_equal(found[:t], sequences[row])
            np.testing.assert_array_equal(target[:t, 0], targets[row])
            assert (found[t:] == PADDING).all()
            assert (weights[row - first] == (np.arange(max(lengths)) < t)).all()


def test_token_0_becomes_another_token_where_it_would_mean_padding():
    tokens = TOKENS - 1
    task = arrays_task(x=tokens, y=CLASSES, lengths=LENGTHS, settings={"chronological": True})
    assert task.inputs == Inputs("tokens", 7, padded=True)
    x = np.concatenate([task.stored(split).x for split in SPLITS])
    assert task.input_names == ["padding", *"012345"]
    names = np.array(task.input_names)[x]
    np.testing.assert_array_equal(names, np.where(MASK, tokens.astype(str), "padding"))


@EVERY_KIND
def test_the_baseline_is_that_of_scikit_learns_dummy(kind):
    (x, y), _, targets = KINDS[kind]
    weights = np.random.default_rng(2).integers(0, 3, (N, T) if targets.per_timestep else N)
    task = arrays_task(x=x, y=y, weights=weights)
    strategy = {"class": "most_frequent", "labels": "most_frequent", "numbers": "mean"}
    dummy = (
        DummyRegressor()
        if targets.kind == "numbers"
        else DummyClassifier(strategy=strategy[targets.kind])
    )
    (y_train, w_train), (y_test, w_test) = (flat(task, split) for split in ("train", "test"))
    guess = dummy.fit(y_train, y_train, sample_weight=w_train).predict(y_test)
    guess = np.reshape(guess, y_test.shape)
    score = (guess - y_test) ** 2 if targets.kind == "numbers" else guess == y_test
    assert task.baseline == pytest.approx(np.average(score.mean(axis=1), weights=w_test))


def flat(task, split):
    """All targets of a split, (n, size), and their weights."""
    _, y, weights, _ = task.stored(split)
    return y.reshape(weights.size, -1), weights.reshape(-1)


def test_a_target_without_weight_may_be_anything():
    y = np.where(MASK, TOKENS, -100)
    task = arrays_task(x=X, y=y, weights=MASK.astype(float), settings={"chronological": True})
    assert task.target_names == [*"123456"]
    found = np.concatenate([task.stored(split).y for split in SPLITS])
    weights = np.concatenate([task.stored(split).weights for split in SPLITS])
    np.testing.assert_array_equal(weights, MASK)
    np.testing.assert_array_equal(found[MASK], TOKENS[MASK] - 1)


@pytest.mark.parametrize(
    ("target", "y", "expected"),
    [
        ("numbers", CLASSES, Targets("numbers", 1)),
        ("class", CLASSES.astype(float), Targets("class", 4)),
        ("labels", CLASSES > 1, Targets("labels", 1)),
        ("numbers", LABELS, Targets("numbers", 3)),
    ],
)
def test_a_kind_that_is_given_overrides_what_would_follow(target, y, expected):
    assert arrays_task(x=X, y=y, settings={"target": target}).targets == expected


@pytest.mark.parametrize("timed", [False, True])
def test_whether_targets_are_per_timestep_can_be_given_where_both_are_possible(timed):
    y = np.random.default_rng(0).normal(size=(N, T))
    targets = arrays_task(x=X, y=y, settings={"per_timestep": timed}).targets
    assert targets == (Targets("numbers", 1, True) if timed else Targets("numbers", T))


def test_the_path_is_stored_as_an_absolute_one_and_the_checksum_beside_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("my.npz", x=X, y=CLASSES)
    task = Arrays("my.npz")
    assert task.path == str(tmp_path / "my.npz")
    assert Arrays(**vars(task)) == task
    np.savez("my.npz", x=X, y=CLASSES + 1)
    with pytest.raises(ValueError, match=r"^checksum of Arrays is '\w{16}', but that of .* is '"):
        Arrays(**vars(task))
    assert Arrays("my.npz").checksum != task.checksum
