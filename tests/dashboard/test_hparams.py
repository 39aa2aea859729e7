"""What a run was told, as TensorBoard's HParams dashboard takes it."""

import pytest
from omegaconf import OmegaConf
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.plugins.hparams import metadata
from tensorboard.plugins.hparams.backend_context import _sort_and_reduce_to_hparams_limit

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.dashboard.hparams import flatten_settings, write_hparams
from rnnexp.training.settings import compared_settings, known_settings, trial_name

NESTED = {
    "model": {"layer": {"_target_": "keras.layers.GRU", "activation": None}, "units": 3},
    "task": {"_target_": "rnnexp.tasks.Digits", "order": "row", "shuffled": False},
    "clipnorm": None,
    "rate": 0.5,
    "trust": ["mine"],
    "cells": [{"_target_": "keras.layers.LSTM"}],
}
FLAT = {
    "model.layer": "GRU",
    "model.units": 3,
    "task": "Digits",
    "task.order": "row",
    "task.shuffled": False,
    "rate": 0.5,
}


def test_a_setting_is_found_under_its_path_and_a_class_by_its_name():
    assert flatten_settings(NESTED) == FLAT


def test_of_a_whole_experiment_there_are_only_values():
    told = flatten_settings(OmegaConf.to_container(check(compose()).config))
    assert {type(value) for value in told.values()} <= {bool, int, float, str}
    assert {"model.layer", "model.units", "task", "optimizer.learning_rate"} <= set(told)


def contents(folder):
    """By tag: what the event file says to the HParams dashboard."""
    (file,) = folder.iterdir()
    return {
        value.tag: value.metadata.plugin_data.content
        for event in EventFileLoader(str(file)).Load()
        for value in event.summary.value
    }


def experiment(folder):
    return metadata.parse_experiment_plugin_data(contents(folder)[metadata.EXPERIMENT_TAG])


def shown_columns(folder):
    """The columns in the order in which TensorBoard shows them."""
    found = experiment(folder)
    _sort_and_reduce_to_hparams_limit(found)
    return [info.name for info in found.hparam_infos]


def test_the_values_stand_in_the_run_and_their_columns_in_the_experiment(tmp_path):
    write_hparams(tmp_path, NESTED, "accuracy", "GRU Digits")
    session = metadata.parse_session_start_info_plugin_data(
        contents(tmp_path)[metadata.SESSION_START_INFO_TAG]
    )
    values = {name: getattr(v, v.WhichOneof("kind")) for name, v in session.hparams.items()}
    assert values == FLAT
    assert set(FLAT) <= set(shown_columns(tmp_path))
    metrics = {(info.name.group, info.name.tag) for info in experiment(tmp_path).metric_infos}
    scores = {f"{name}/validation" for name in ("accuracy", "loss")} | {
        "accuracy/test",
        "loss/train",
    }
    assert metrics == {("", tag) for tag in {*scores, "memory/recurrent_1/horizon"}}


def test_what_is_compared_most_comes_first_and_other_runs_have_columns_too(tmp_path):
    write_hparams(tmp_path, NESTED, "accuracy", "GRU", ["model.layer.unit_forget_bias"])
    columns = shown_columns(tmp_path)
    first = {"model.layer", "model.units", "optimizer.learning_rate", "task", "task.length"}
    assert set(columns[:5]) == first
    assert "model.layer.unit_forget_bias" in columns[5:]


@pytest.mark.parametrize("model", ["lstm", "fast_grnn", "co_rnn"])
def test_the_columns_of_any_run_have_the_settings_of_any_other(model):
    told = flatten_settings(compared_settings(check(compose([f"model={model}"]))))
    default = flatten_settings(compared_settings(check(compose())))
    assert set(told) <= {*default, *known_settings()}


def test_runs_that_were_told_the_same_are_one_group_with_a_name(tmp_path):
    groups = []
    for i, rate in enumerate([0.5, 0.5, 0.25]):
        write_hparams(tmp_path / str(i), NESTED | {"rate": rate}, "accuracy", "GRU Digits")
        content = contents(tmp_path / str(i))[metadata.SESSION_START_INFO_TAG]
        groups.append(metadata.parse_session_start_info_plugin_data(content).group_name)
    assert groups[0] == groups[1] != groups[2]
    assert all(group.startswith("GRU Digits #") for group in groups)


def test_the_name_of_a_run_says_unit_task_and_sizes_but_no_seed():
    names = {
        trial_name(check(compose(["task=adding", "task.length=30", "model.units=5", f"seed={s}"])))
        for s in (0, 1)
    }
    assert names == {"GRU Adding T=30 M=5 lr=0.005"}
