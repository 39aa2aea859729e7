"""Data from Python: whatever form they are given in, the task is the same."""

import itertools
import pickle

import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp.tasks import Dataset, Inputs, Targets
from rnnexp.tasks.checks import SPLITS
from tests.laws.test_every_task import same
from tests.tasks.own.own_arrays import CLASSES, LENGTHS, MASK, NUMBERS, TOKENS, N, X, arrays_task

slices = tf.data.Dataset.from_tensor_slices
X32 = X.astype("float32")
FORMS = {
    "arrays": lambda: (X32, CLASSES),
    "tensors": lambda: (tf.constant(X32), tf.constant(CLASSES)),
    "a mapping": lambda: {"x": X32, "y": CLASSES},
    "a dataset": lambda: slices((X32, CLASSES)),
    "a dataset of batches": lambda: slices((X32, CLASSES)).batch(16),
    "a list of pairs": lambda: list(zip(X32, CLASSES, strict=True)),
    "a generator": lambda: ((x, int(c)) for x, c in zip(X32, CLASSES, strict=True)),
    "a list of batches": lambda: [(X32[:50], CLASSES[:50]), (X32[50:], CLASSES[50:])],
    "lists": lambda: (list(X32), list(CLASSES)),
}
RAGGED = [x[:t] for x, t in zip(TOKENS, LENGTHS, strict=True)]
TIMED = [y[:t] for y, t in zip(X32[..., 0], LENGTHS, strict=True)]
TENSOR = tf.RaggedTensor.from_row_lengths(np.concatenate(RAGGED), LENGTHS)
TIMED_TENSOR = tf.RaggedTensor.from_row_lengths(np.concatenate(TIMED), LENGTHS)
RAGGED_FORMS = {
    "a mapping": lambda y: {"x": np.where(MASK, TOKENS, 0), "y": y, "lengths": LENGTHS},
    "lists": lambda y: (RAGGED, list(y)),
    "a list of pairs": lambda y: list(zip(RAGGED, y, strict=True)),
    "a dataset": lambda y: slices((TENSOR, y)),
    "ragged batches": lambda y: slices((TENSOR, y)).batch(7),
}
REFUSED = {
    "a number": (5, TypeError, "train is of type int, expected a tf.data.Dataset, an iterable of"),
    "a text": ("my.npz", TypeError, "train is of type str, expected"),
    "x alone": (X, ValueError, "train: element 0 is of type ndarray, expected a tuple: give"),
    "numbers": ([1, 2], ValueError, "train: element 0 is of type int, expected a tuple"),
    "four parts": ([(1, 2, 3, 4)], ValueError, "train: element 0 is of type tuple, expected"),
    "nothing": ([], ValueError, "train has no element, expected at least one"),
    "no data": (None, ValueError, r"given from Python, .*rnnexp\.run\(config, folder, task="),
    "without end": (slices((X, CLASSES)).repeat(), ValueError, r"infinite dataset, .*\.take\(n\)"),
    "other D": ([(X[0], 0), (X[1, :, :2], 1)], ValueError, r"train x\[1\] is of shape \(5, 2\) be"),
    "an empty sequence": (
        [(X[0], 0), (X[1, :0], 1)],
        ValueError,
        r"train x\[1\] is of shape \(0, 3",
    ),
    "other y": (
        [(X[0], [1, 2]), (X[1], [1])],
        ValueError,
        r"train y\[1\] is of shape \(1,\) beside",
    ),
    "other y of other lengths": (
        [(X[0], [1, 2]), (X[1, :3], [1])],
        ValueError,
        r"train y\[1\] is of shape \(1,\) beside \(2,\) of train y\[0\], expected",
    ),
    "nan": (
        (np.where(X[3, 1, 0] == X, np.nan, X), CLASSES),
        ValueError,
        r"train x\[3, 1, 0\] is nan",
    ),
    "batch or sequence": (
        [(X[0], X[0, :, 0])],
        ValueError,
        "may be a batch or one sequence .*batched",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_task_as_a_file(form):
    task, expected = Dataset(FORMS[form]()), arrays_task(x=X32, y=CLASSES)
    assert (task.inputs, task.targets) == (expected.inputs, expected.targets)
    assert task.baseline == expected.baseline
    for split in SPLITS:
        assert same(task.stored(split), expected.stored(split))
    assert task == Dataset((X32, CLASSES))


@pytest.mark.parametrize("form", RAGGED_FORMS)
@pytest.mark.parametrize("timed", [False, True])
def test_sequences_of_different_lengths_are_padded(form, timed):
    y = NUMBERS
    if timed:
        y = {"a mapping": np.where(MASK, X32[..., 0], 0), "lists": TIMED, "a list of pairs": TIMED}
        y = y.get(form, TIMED_TENSOR)
    task = Dataset(RAGGED_FORMS[form](y), shared_rows=True, chronological=True)
    assert task.inputs == Inputs("tokens", 7, padded=True)
    assert task.targets == Targets("numbers", 1, per_timestep=timed)
    x, found, weights, _ = task.stored("validation")
    rows = slice(task.size("train"), task.size("train") + task.size("validation"))
    np.testing.assert_array_equal(x, np.where(MASK, TOKENS, 0)[rows])
    if timed:
        np.testing.assert_array_equal(weights, MASK[rows])
        np.testing.assert_array_equal(found[..., 0], np.where(MASK, X32[..., 0], 0)[rows])
    else:
        np.testing.assert_array_equal(found[:, 0], NUMBERS[rows].astype("float32"))


def test_the_third_part_of_an_element_is_its_weight():
    weights = np.random.default_rng(0).integers(0, 3, N).astype("float32")
    for data in ((X32, CLASSES, weights), slices((X32, CLASSES, weights)).batch(8)):
        task = Dataset(data, chronological=True)
        found = np.concatenate([task.stored(split).weights for split in SPLITS])
        np.testing.assert_array_equal(found, weights)


def test_given_splits_are_the_splits():
    parts = [
        (X32[:40], CLASSES[:40]),
        slices((X32[40:50], CLASSES[40:50])),
        (X32[50:], CLASSES[50:]),
    ]
    task = Dataset(*parts)
    for split, rows in zip(SPLITS, (slice(40), slice(40, 50), slice(50, None)), strict=True):
        np.testing.assert_array_equal(task.stored(split).x, X32[rows])
    with pytest.raises(ValueError, match=r"test x\[0\] is the same sequence as train x\[5\] "):
        Dataset(parts[0], test=(X32[5:9], CLASSES[5:9]))


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_data_is_refused(case):
    data, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        Dataset(data)


def test_an_iterator_without_an_end_is_refused(monkeypatch):
    monkeypatch.setattr("os.sysconf", lambda _: 1000)  # pages, and the bytes of a page
    with pytest.raises(ValueError, match=r"more than .* GiB, .* or has no end, expected less"):
        Dataset(itertools.repeat((X[0], 1)))


def test_an_unknown_setting_is_refused():
    with pytest.raises(TypeError, match=r"Dataset has no setting length, expected one of target"):
        Dataset((X, CLASSES), length=3)
    with pytest.raises(ValueError, match=r"^target of Dataset is 'text', expected one of"):
        Dataset((X, CLASSES), target="text")


def test_other_data_have_another_checksum_and_a_copy_in_another_process_the_same():
    task = Dataset((X32, CLASSES))
    changed = X32.copy()
    changed[0, 0, 0] += 1
    assert Dataset((changed, CLASSES)).checksum != task.checksum
    assert Dataset((X32, CLASSES + 1)).checksum != task.checksum
    copy = pickle.loads(pickle.dumps(task))
    assert copy == task
    assert same(copy.stored("test"), task.stored("test"))


@pytest.mark.slow
def test_a_run_records_the_data_and_no_other_data_continue_it(tmp_path):
    config = rnnexp.compose(["model.units=4", "trainer.steps=3", "callbacks=none"])
    task = Dataset((X32, CLASSES))
    with pytest.raises(
        TypeError, match=r"task is a tuple; expected a task, as in rnnexp\.run\(con"
    ):
        rnnexp.run(config, tmp_path / "run", task=(X32, CLASSES))
    summary = rnnexp.run(config, tmp_path / "run", task=task)
    assert (summary["state"], summary["baseline"]) == ("completed", task.baseline)
    text = (tmp_path / "run" / "config.yaml").read_text()
    assert "_target_: rnnexp.tasks.Dataset" in text
    assert f"checksum: {task.checksum}" in text
    (tmp_path / "run" / "summary.json").unlink()  # as if it had been killed
    with pytest.raises(
        rnnexp.UserError, match=r"the run in it has task\.checksum=\w{16}, asked fo"
    ):
        rnnexp.run(config, tmp_path / "run", task=Dataset((X32 + 1, CLASSES)))
    again = rnnexp.run(config, tmp_path / "run", task=task)
    assert again["score"] == summary["score"]


@pytest.mark.slow
def test_the_command_says_that_the_data_are_given_from_python(tmp_path, capsys):
    from rnnexp.cli import main

    config = rnnexp.compose(["model.units=4", "trainer.steps=1", "callbacks=none"])
    rnnexp.run(config, tmp_path / "run", task=Dataset((X32, CLASSES)))
    (tmp_path / "run" / "summary.json").unlink()
    assert main(["resume", str(tmp_path / "run")]) == 2
    assert "given from Python, expected train=…: call rnnexp.run(" in capsys.readouterr().err
