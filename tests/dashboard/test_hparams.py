"""What a run was told, as TensorBoard's HParams dashboard takes it."""

from omegaconf import OmegaConf
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.plugins.hparams import metadata

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.dashboard.hparams import flatten_settings, write_hparams

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


def test_the_values_stand_in_the_run_and_their_columns_in_the_experiment(tmp_path):
    write_hparams(tmp_path, NESTED, "accuracy")
    found = contents(tmp_path)
    session = metadata.parse_session_start_info_plugin_data(found[metadata.SESSION_START_INFO_TAG])
    values = {name: getattr(v, v.WhichOneof("kind")) for name, v in session.hparams.items()}
    assert values == FLAT
    experiment = metadata.parse_experiment_plugin_data(found[metadata.EXPERIMENT_TAG])
    columns = [info.name for info in experiment.hparam_infos]
    assert sorted(columns) == sorted(FLAT)
    assert columns[:3] == ["model.layer", "task", "model.units"]  # what is compared most
    assert {(info.name.group, info.name.tag) for info in experiment.metric_infos} == {
        *(("test", "accuracy"), ("validation", "accuracy")),
        *(("train", "loss"), ("validation", "loss")),
    }


def test_runs_that_were_told_the_same_are_one_group(tmp_path):
    groups = []
    for i, rate in enumerate([0.5, 0.5, 0.25]):
        write_hparams(tmp_path / str(i), NESTED | {"rate": rate}, "accuracy")
        content = contents(tmp_path / str(i))[metadata.SESSION_START_INFO_TAG]
        groups.append(metadata.parse_session_start_info_plugin_data(content).group_name)
    assert groups[0] == groups[1] != groups[2]
