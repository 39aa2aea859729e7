"""A table of one's own: every window that fits is an example of the split of its target."""

import functools
import inspect
import itertools

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnexp.tasks import Inputs, Table, Targets
from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.examples import PADDING
from tests.laws import test_every_task as laws
from tests.tasks.own.own_tables import (
    hourly,
    round_training,
    rows_read,
    table_task,
    unscaled,
    windows_by_hand,
    with_holes,
)

LAWS = [
    laws.test_the_same_arguments_give_the_same_arrays.hypothesis.inner_test,
    laws.test_evaluation_on_stored_examples_does_not_depend_on_the_seed,
    laws.test_no_stored_example_of_one_split_is_in_another,
    laws.test_chunks_are_all_examples_of_a_split,
    laws.test_inputs_are_as_declared,
    laws.test_only_the_last_timesteps_are_padded_and_only_where_declared,
    laws.test_targets_weights_and_slices_are_as_declared,
    laws.test_every_token_feature_and_target_has_a_name_of_its_own,
    laws.test_guesses_are_finite_scores,
]
SIMPLE = {"target": "row", "date": "time", "length": 3}
READS = {"columns": ["row"], **SIMPLE}


def recordings(number=50, longest=6):
    """Series of different lengths, each of one kind, which its first number tells."""
    rng = np.random.default_rng(0)
    tables = []
    for k in range(number):
        steps = int(rng.integers(2, longest + 1))
        kind = k % 2
        tables.append(
            pandas.DataFrame(
                {
                    "id": f"r{k}",
                    "t": np.arange(steps),
                    "value": np.r_[kind, rng.normal(size=steps - 1)],
                    "kind": ["slow", "fast"][kind],
                }
            )
        )
    return pandas.concat(tables, ignore_index=True)


WHOLE = {"target": "kind", "group": "id", "whole_series": True, "length": 6, "columns": ["value"]}
TASKS = {
    "a number": lambda: table_task(hourly(60), **SIMPLE),
    "a text": lambda: table_task(hourly(60), **{**SIMPLE, "target": "sky"}),
    "whole series": lambda: table_task(recordings(), **WHOLE),
}


@pytest.mark.parametrize("kind", TASKS)
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_laws_of_every_task_hold(kind, law):
    task = TASKS[kind]()
    asked = {"seed": 3, "index": 0} if "seed" in inspect.signature(law).parameters else {}
    for split in SPLITS if "split" in inspect.signature(law).parameters else [None]:
        law(functools.cache(lambda: task), **({"split": split} if split else {}), **asked)


@settings(max_examples=10, deadline=None)
@given(
    gone=st.sets(st.integers(1, 58), max_size=6),
    shuffled=st.booleans(),
    length=st.integers(1, 4),
    horizon=st.integers(1, 3),
    seed=st.integers(0, 100),
)
def test_every_window_without_a_gap_is_an_example_of_the_split_of_its_target(
    gone, shuffled, length, horizon, seed
):
    table = hourly(60).drop(index=list(gone)).reset_index(drop=True)
    table["row"] = np.arange(len(table))
    given = table.sample(frac=1, random_state=seed) if shuffled else table
    asked = {**READS, "length": length, "horizon": horizon, "test_share": 0.3}
    task = table_task(given, **asked, validation_share=0.2)
    training = np.arange(round_training(task, len(table)))
    for split, expected in windows_by_hand(table, task).items():
        assert rows_read(task, split, training) == expected


@settings(max_examples=10, deadline=None)
@given(sizes=st.lists(st.integers(3, 40), min_size=2, max_size=4), seed=st.integers(0, 100))
def test_no_window_contains_rows_of_two_series_and_all_are_divided_at_the_same_moments(sizes, seed):
    rng = np.random.default_rng(seed)
    tables = [hourly(40).iloc[(s := rng.integers(0, 41 - n)) : s + n] for n in sizes]
    table = pandas.concat([t.assign(station=f"s{k}") for k, t in enumerate([hourly(40), *tables])])
    table = table.sample(frac=1, random_state=seed).sort_values("station", kind="stable")
    # Numbered in the order of time, so that the scale of the training rows is known.
    table["row"] = table["time"].rank(method="first").astype(int) - 1
    task = table_task(table, **READS, group="station")
    in_time = table.sort_values("row")
    moment = in_time["time"].iloc[round_training(task, len(table))]
    training = in_time["row"][in_time["time"] < moment].to_numpy(float)
    for split, expected in windows_by_hand(table, task).items():
        assert sorted(rows_read(task, split, training)) == sorted(expected)


@given(length=st.integers(1, 6), horizon=st.integers(0, 3))
@settings(max_examples=10, deadline=None)
def test_no_example_reads_a_target_of_a_later_split(length, horizon):
    asked = {"length": length, "horizon": horizon, "target": "row", "date": "time"}
    table = hourly(80).assign(copy=np.arange(80))
    task = table_task(table, columns=["copy"], **asked)
    training = np.arange(round_training(task, 80))
    read, targets = {}, {}
    for split in SPLITS:
        x, y, _, _ = task.stored(split)
        read[split], targets[split] = unscaled(x[..., 0], training), unscaled(y[:, 0], training)
        np.testing.assert_array_equal(targets[split], read[split][:, -1] + horizon)
    for earlier, later in itertools.pairwise(SPLITS):
        assert max(read[earlier].max(), targets[earlier].max()) < targets[later].min()


def test_numbers_are_scaled_by_the_training_rows_and_texts_are_categories_of_them():
    table = hourly(60)
    table.loc[58, "sky"] = "hail"
    task = table_task(table, **SIMPLE)
    assert list(task.input_names) == ["row", "wind", "sky=clear", "sky=rain", "sky=snow"]
    assert task.inputs == Inputs("numbers", 5)
    training = table.iloc[:42]
    x, y, _, _ = task.stored("test")
    for place, (start, own) in enumerate(zip(range(48, 57), x, strict=True)):
        rows = table.iloc[start : start + 3]
        wind = (rows["wind"] - training["wind"].mean()) / training["wind"].std(ddof=0)
        np.testing.assert_allclose(own[:, 1], wind, rtol=1e-5)
        for k, sky in enumerate(["clear", "rain", "snow"]):
            np.testing.assert_array_equal(own[:, 2 + k], rows["sky"] == sky)
        number = (table["row"][start + 3] - training["row"].mean()) / training["row"].std(ddof=0)
        assert y[place, 0] == pytest.approx(number)
    assert len(x) == 9


def test_the_target_of_a_text_is_the_class_some_rows_ahead():
    table = hourly(60)
    task = table_task(table, **{**READS, "target": "sky", "horizon": 2})
    assert task.targets == Targets("class", 3)
    assert list(task.target_names) == ["clear", "rain", "snow"]
    found = np.array(task.target_names)[task.stored("train").y]
    np.testing.assert_array_equal(found, table["sky"][4:42])


def test_numbers_can_be_classes():
    table = hourly(60).assign(grade=np.tile([1, 2.5, 4], 20))
    task = table_task(table, **{**READS, "target": "grade", "target_kind": "class"})
    assert list(task.target_names) == ["1", "2.5", "4"]
    np.testing.assert_array_equal(task.stored("train").y, np.arange(3, 42) % 3)


def test_a_time_that_is_no_gap_can_be_given():
    days = hourly(80).assign(time=pandas.bdate_range("2024-01-01", periods=80))
    with pytest.raises(ValueError, match=r"longest stretch has 5 rows; there are 15 gaps, .*=3D"):
        table_task(days, **{**SIMPLE, "length": 10})
    task = table_task(days, **{**SIMPLE, "length": 10}, largest_gap="3D")
    assert sum(task.size(split) for split in SPLITS) == 80 - 10


def test_a_series_is_an_example_of_its_own_length():
    table = recordings()
    task = table_task(table, **WHOLE)
    assert (task.inputs, task.targets) == (Inputs("numbers", 1, padded=True), Targets("class", 2))
    ids = {}
    for split in SPLITS:
        x, y, _, _ = task.stored(split)
        assert x.shape[1] == 6
        assert abs(np.mean(y) - 0.5) <= 0.5 / len(y)
        ids[split] = {tuple(np.round(row[row != PADDING], 4)) for row in x}
    training = [i for i, part in table.groupby("id", sort=False)]
    assert sum(map(len, ids.values())) == len(training) == 50
    lengths = sorted(len(row) for own in ids.values() for row in own)
    assert lengths == sorted(table.groupby("id").size())


def test_guesses_and_baseline_are_as_computed_from_the_table():
    table = hourly(60)
    task = table_task(table, **{**READS, "target": "wind", "horizon": 2})
    scale = table["wind"][:42].std(ddof=0)
    test = table["wind"].to_numpy()
    targets = np.arange(51 + 1, 60)
    last = np.mean((test[targets] - test[targets - 2]) ** 2) / scale**2
    assert dict(task.guesses) == {"last value": pytest.approx(last, rel=1e-5)}
    mean = test[4:42].mean()
    assert task.baseline == pytest.approx(np.mean((test[targets] - mean) ** 2) / scale**2, rel=1e-5)
    skies = table["sky"].to_numpy()
    task = table_task(table, **{**READS, "target": "sky"})
    assert task.guesses == {"last class": np.mean(skies[51:60] == skies[50:59])}


def test_a_batch_takes_no_more_memory_than_its_windows():
    task = table_task(hourly(3000), **{**SIMPLE, "length": 500})
    assert task.size("train") == 1600
    values = task.prepared().examples["train"].values
    assert values.nbytes == 3000 * 5 * 4
    assert task.batch("train", 0, 0, 8).x.shape == (8, 500, 5)


def test_the_path_is_stored_as_an_absolute_one_and_the_checksum_beside_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hourly(60).to_csv("my.csv", index=False)
    task = Table("my.csv", target="row", date="time")
    assert task.path == str(tmp_path / "my.csv")
    assert Table(**vars(task)) == task
    assert hash(Table(**vars(task))) == hash(task)
    assert Table(**{**vars(task), "columns": ["wind"]}) != task
    hourly(61).to_csv("my.csv", index=False)
    with pytest.raises(ValueError, match=r"^checksum of Table is '\w{16}', but that of .* is '"):
        Table(**vars(task))


def test_notes_say_what_was_found_in_the_file():
    table = with_holes({4: "wind"}).drop(index=[20, 21, 30])
    task = table_task(table, **{**SIMPLE, "target": "sky"}, missing="skip")
    assert list(task.notes) == [
        "reads 5 numbers (row, wind, sky=clear, sky=rain, sky=snow)",
        "predicts 3 classes (clear, rain, snow) for each sequence",
        f"examples: {task.size('train')} train, {task.size('validation')} validation, "
        f"{task.size('test')} test",
        "2 gaps in the dates, which no example contains; the first between line 21 and line 22",
        "empty cells: 1, left out with their examples",
    ]
