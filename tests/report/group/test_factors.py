"""Factors are found in the configs alone, under names that tell groups apart."""

import time

import numpy as np
import pytest

from rnnexp.report.group.factors import NOT_COMPARED, find_factors, varying_factors
from rnnexp.report.group.values import ABSENT, distinct_labels, format_value
from rnnexp.report.read.settings import flatten
from tests.report.folders import config

ORTHOGONAL = {"_target_": "keras.initializers.Orthogonal", "gain": 2.0}


def factors(*configs):
    return find_factors([flatten(one) for one in configs]).table


def layer(unit, **arguments):
    return config(unit, **{f"model.layer.{name}": value for name, value in arguments.items()})


def test_nothing_differs_but_the_seed():
    assert factors(config(seed=0), config(seed=1), config(seed=2)).shape == (3, 0)


@pytest.mark.parametrize("key", NOT_COMPARED)
def test_settings_that_do_not_make_another_run_are_no_factors(key):
    one, two = flatten(config()) | {key: 1}, flatten(config()) | {key: 2}
    assert list(find_factors([one, two]).table) == []


def test_a_unit_is_one_factor_whatever_its_arguments():
    found = factors(config("GRU"), config("LSTM"), config("SimpleRNN"))
    assert found.to_dict("list") == {"unit": ["GRU", "LSTM", "SimpleRNN"]}


def test_units_of_one_class_are_told_apart_by_what_differs():
    found = factors(config("GRU"), layer("GRU", update_gate="keep"), config("LSTM"))
    assert list(found["unit"]) == ["GRU update_gate=new", "GRU update_gate=keep", "LSTM"]


def test_arguments_that_go_together_are_named_together():
    found = factors(
        layer("SimpleRNN", activation="tanh", recurrent_initializer="orthogonal"),
        layer("SimpleRNN", activation="relu", recurrent_initializer="identity"),
        config("LSTM"),
    )
    assert list(found["unit"]) == [
        "SimpleRNN activation=tanh recurrent_initializer=orthogonal",
        "SimpleRNN activation=relu recurrent_initializer=identity",
        "LSTM",
    ]


def test_an_argument_that_a_unit_lacks_is_not_named():
    found = factors(config("SimpleRNN"), layer("SimpleRNN", activation="relu"), config("LSTM"))
    assert list(found["unit"]) == ["SimpleRNN", "SimpleRNN activation=relu", "LSTM"]


@pytest.mark.parametrize(
    ("targets", "names"),
    [
        (["rnnexp.layers.LSTM", "keras.layers.LSTM"], ["LSTM", "keras LSTM"]),
        (["rnnexp.layers.LSTM", "mine.LSTM", "yours.LSTM"], ["LSTM", "mine LSTM", "yours LSTM"]),
        (["mine.a.LSTM", "mine.b.LSTM"], ["mine.a LSTM", "mine.b LSTM"]),
        (["mine.LSTM", "mine.GRU"], ["LSTM", "GRU"]),
    ],
)
def test_classes_of_one_name_from_different_modules_are_different_units(targets, names):
    found = factors(*(layer("GRU", _target_=target) for target in targets))
    assert list(found["unit"]) == names


@pytest.mark.parametrize("key", ["task._target_", "optimizer._target_"])
def test_so_are_tasks_and_optimizers(key):
    runs = [config(**{key: f"{package}.Same"}) for package in ("rnnexp", "mine")]
    assert list(factors(*runs)[key.partition(".")[0]]) == ["Same", "mine Same"]


def test_a_nested_object_is_one_argument():
    found = factors(
        layer("SimpleRNN", recurrent_initializer="orthogonal"),
        layer("SimpleRNN", recurrent_initializer=ORTHOGONAL),
        layer("SimpleRNN", recurrent_initializer={**ORTHOGONAL, "gain": 3.0}),
        layer("SimpleRNN", recurrent_initializer={"candidate": "identity"}),
        config("LSTM"),
    )
    assert list(found["unit"]) == [
        "SimpleRNN recurrent_initializer=orthogonal",
        "SimpleRNN recurrent_initializer=Orthogonal(gain=2)",
        "SimpleRNN recurrent_initializer=Orthogonal(gain=3)",
        "SimpleRNN recurrent_initializer={candidate: identity}",
        "LSTM",
    ]


def test_a_schedule_beside_a_number_is_one_factor():
    schedule = {"_target_": "keras.optimizers.schedules.CosineDecay", "decay_steps": 100}
    runs = [config(), config(**{"optimizer.learning_rate": schedule})]
    assert factors(*runs).to_dict("list") == {"learning_rate": [0.005, "CosineDecay"]}


def test_arguments_of_one_schedule_are_factors_with_their_numbers():
    runs = [
        config(**{"optimizer.learning_rate": {"_target_": "mine.Decay", "steps": steps}})
        for steps in (10, 20)
    ]
    assert factors(*runs).to_dict("list") == {"learning_rate.steps": [10, 20]}


def test_task_unit_and_length_come_first_then_the_others_by_their_short_names():
    one = config("GRU", 10, **{"optimizer.learning_rate": 0.1})
    two = config("LSTM", 20, **{"optimizer.learning_rate": 0.2})
    runs = [one, two, config("GRU", 20), config("LSTM", 10), one]
    assert list(factors(*runs)) == ["unit", "length", "learning_rate"]


def test_a_setting_that_some_configs_lack_is_absent_there():
    without = config()
    del without["trainer"]["batch_size"]
    found = factors(config(), without, config())
    assert list(found["batch_size"]) == [32, ABSENT, 32]


def test_true_is_not_one():
    assert list(factors(config(**{"task.symbols": 1}), config(**{"task.symbols": True})))


def test_true_and_one_are_two_groups():
    found = factors(*(config(**{"task.symbols": value}) for value in (1, True, 1, 2)))
    assert list(found["symbols"]) == [1, "true", 1, 2]


def test_names_that_would_be_written_alike_are_numbered():
    found = factors(
        *(layer("GRU", bias=value) for value in (0.12345678, 0.12345679)), config("LSTM")
    )
    assert list(found["unit"]) == ["GRU bias=0.123457", "GRU bias=0.123457 (2)", "LSTM"]
    assert distinct_labels(["a", "a", "b", "a"], [0, 1, 2, 0]) == ["a", "a (2)", "b", "a"]


@pytest.mark.parametrize("name", ["unit", "task", "optimizer", "length", "metric"])
def test_a_setting_called_like_a_column_of_the_report_has_its_whole_name(name):
    runs = [config("GRU"), config("LSTM"), config("GRU"), config("LSTM")]
    for i, run in enumerate(runs):
        run["trainer"][name] = i // 2
    found = factors(*runs)
    assert list(found["unit"]) == ["GRU", "LSTM", "GRU", "LSTM"]
    assert list(found[f"trainer.{name}"]) == [0, 0, 1, 1]


def test_thousands_of_settings_take_no_time():
    runs = [config() for _ in range(20)]
    for i, run in enumerate(runs):
        run["trainer"].update({f"k{i}_{k}": k for k in range(900)})
    begun = time.process_time()
    assert len(factors(*runs).columns) >= 1
    assert time.process_time() - begun < 5


def test_a_part_of_the_runs_may_vary_less():
    found = factors(config("GRU", 10), config("GRU", 20), config("LSTM", 10))
    assert list(varying_factors(found.iloc[:2])) == ["length"]


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "null"), (True, "true"), (0.005, "0.005"), (3, "3"), ("a", "a")]
)
def test_a_value_is_shown_as_in_a_config(value, shown):
    assert format_value(value) == shown


def test_groups_are_the_same_whatever_the_names():
    """The factors part the runs exactly as their whole configs without the seed do."""
    rng = np.random.default_rng(0)
    runs = [
        config(
            str(rng.choice(["GRU", "LSTM"])),
            int(rng.choice([10, 20])),
            seed,
            **{
                "model.units": int(rng.choice([8, 16])),
                "model.layer._target_": str(rng.choice(["keras.layers.GRU", "rnnexp.layers.GRU"])),
                "model.layer.recurrent_initializer": rng.choice(["a", ORTHOGONAL, {"z": "a"}]),
            },
        )
        for seed in range(40)
    ]
    whole = [str({**run, "seed": None}) for run in runs]
    rows = list(map(tuple, factors(*runs).to_numpy()))
    for i in range(40):
        for j in range(40):
            assert (rows[i] == rows[j]) == (whole[i] == whole[j])
