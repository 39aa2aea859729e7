"""The config group `callbacks`: what it builds, and what is said where that cannot be."""

import keras
import numpy as np
import pytest

from rnnexp.callbacks import GateStatistics, TimestepGradients
from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.training.callbacks import build_callbacks


def built(folder, *overrides):
    return build_callbacks(check(compose(["task.order=row", *overrides])), folder)


def kinds(folder, *overrides):
    return [type(callback) for callback in built(folder, *overrides)]


def test_by_default_gates_and_gradients_are_looked_at_through_one_probe(tmp_path):
    gates, gradients = built(tmp_path)
    assert (type(gates), type(gradients)) == (GateStatistics, TimestepGradients)
    assert gates.probe is gradients.probe


def test_several_options_stand_in_a_list(tmp_path):
    both = [GateStatistics, TimestepGradients]
    assert kinds(tmp_path, "callbacks=[default,early_stopping]") == [
        *both,
        keras.callbacks.EarlyStopping,
    ]
    assert kinds(tmp_path, "callbacks=[timestep_gradients,gate_statistics]") == both[::-1]
    assert kinds(tmp_path, "callbacks=timestep_gradients") == [TimestepGradients]
    assert kinds(tmp_path, "callbacks=none") == []


def test_their_schedule_is_the_configs(tmp_path):
    for callback in built(tmp_path, "callbacks=every_step"):
        assert (callback.every, callback.period) == (1, "step")
    changed = ["callbacks.gate_statistics.every=7", "callbacks.timestep_gradients.period=epoch"]
    gates, gradients = built(tmp_path, *changed)
    assert (gates.every, gates.period) == (7, "step")
    assert (gradients.every, gradients.period) == (100, "epoch")


@pytest.mark.parametrize("sequences", [1, 20])
def test_the_probe_is_the_beginning_of_the_validation_split(sequences, tmp_path):
    overrides = [f"probe.sequences={sequences}", "seed=3"]
    (callback,) = built(tmp_path, *overrides, "callbacks=gate_statistics")
    experiment = check(compose(["task.order=row", *overrides]))
    x, y = experiment.task.examples("validation", 3)[:2]
    np.testing.assert_array_equal(callback.probe.x, x[:sequences])
    np.testing.assert_array_equal(callback.probe.y, y[:sequences])


# In a terminal each is one line, too: see tests/test_cli.py.
MISTAKES = {
    "no callback": (
        ["+callbacks.mine={_target_: keras.layers.GRU, units: 3}"],
        ["callbacks.mine._target_", "expected a known callback"],
    ),
    "a misspelt argument": (
        ["+callbacks.gate_statistics.evry=3"],
        ["callbacks.gate_statistics.evry", "did you mean every?"],
    ),
    "a misspelt argument of Keras's": (
        ["callbacks=early_stopping", "+callbacks.early_stopping.patienc=3"],
        ["callbacks.early_stopping.patienc", "did you mean patience?"],
    ),
    "no target": (
        ["+callbacks.mine={every: 3}"],
        ["callbacks.mine", "expected a _target_"],
    ),
    "a target that is not there": (
        ["+callbacks.mine={_target_: rnnexp.callbacks.GateStatistic}"],
        ["callbacks.mine._target_", "did you mean GateStatistics?"],
    ),
    "a target out of reach": (
        ["+callbacks.mine={_target_: os.system, command: ls}"],
        ["callbacks.mine._target_", "trust=[os]"],
    ),
    "a schedule that is none": (
        ["callbacks.gate_statistics.every=0"],
        ["callbacks.gate_statistics", "every is 0", "1 or more"],
    ),
    "a schedule in words": (
        ["callbacks.gate_statistics.every=often"],
        ["callbacks.gate_statistics", "every is 'often'", "whole number"],
    ),
    "a period that is none": (
        ["callbacks.timestep_gradients.period=batch"],
        ["callbacks.timestep_gradients", "period is 'batch'", "'step' or 'epoch'"],
    ),
    "a probe in the config": (
        ["+callbacks.gate_statistics.probe=3"],
        ["callbacks.gate_statistics.probe", "set for you"],
    ),
    "an empty probe": (["probe.sequences=0"], ["probe.sequences", "more than 0"]),
    "an option that is not there": (["callbacks=defalt"], ["callbacks=defalt", "did you mean"]),
    "one of a list that is not there": (
        ["callbacks=[default,early_stoping]"],
        ["callbacks=early_stoping", "did you mean early_stopping?"],
    ),
    "a text": (["callbacks.gate_statistics=3"], ["callbacks.gate_statistics"]),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_one_line_that_says_where(kind, tmp_path):
    overrides, expected = MISTAKES[kind]
    with pytest.raises(UserError) as caught:
        built(tmp_path, *overrides)
    assert "\n" not in str(caught.value)
    for part in expected:
        assert part in str(caught.value)
    assert not list(tmp_path.iterdir())
