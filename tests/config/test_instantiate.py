"""Only trusted modules are reached, and only with arguments that they take."""

import sys

import keras
import pytest

from rnnexp.config.errors import UserError
from rnnexp.config.instantiate import argument_names, build, check_targets


def test_a_keras_class_takes_its_own_arguments_and_its_bases():
    known = argument_names(keras.layers.GRU)
    assert {"units", "reset_after", "return_sequences", "name", "dtype"} <= known
    assert not {"self", "args", "kwargs", "unit"} & known


def test_an_optimizer_takes_its_own_arguments_and_its_bases():
    assert {"beta_1", "clipnorm", "weight_decay"} <= argument_names(keras.optimizers.Adam)
    assert "momentum" not in argument_names(keras.optimizers.Adam)


def test_a_function_with_keywords_takes_any():
    assert argument_names(lambda a, **more: None) is None


@pytest.mark.parametrize(
    ("node", "came", "expected"),
    [
        ({"_target_": "keras.layers.GRU", "unit": 3}, "at.unit", "did you mean units?"),
        ({"_target_": "keras.layers.GRUU"}, "GRUU", "did you mean keras.layers.GRU?"),
        ({"_target_": "keras.layrs.GRU"}, "keras.layrs", "did you mean keras.layers.GRU?"),
        ({"_target_": "keras.layers.GRU", "units": -1}, "at", "-1"),
        ({"_target_": "rnnexp.layers.GRU", "reset_after": "flase"}, "at.reset_after", "'flase'"),
        ({"_target_": "rnnexp.layers.MGU", "stateful": "ture"}, "at.stateful", "true or false"),
        ({"_target_": "keras.layers.GRU", "name": "twice"}, "at.name", "set for you"),
        (
            {
                "_target_": "keras.layers.Dense",
                "units": 1,
                "kernel_initializer": {"_target_": "keras.initializers.Constant", "valu": 1},
            },
            "at.kernel_initializer.valu",
            "did you mean value?",
        ),
    ],
)
def test_a_mistake_is_one_line(node, came, expected):
    with pytest.raises(UserError) as caught:
        build(node, "at", "layer", [], name="mine")
    assert came in str(caught.value)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_nested_target_is_built_too():
    node = {
        "_target_": "keras.layers.Dense",
        "kernel_initializer": {"_target_": "keras.initializers.Constant", "value": 3.0},
    }
    layer = build(node, "at", "layer", [], units=2)
    layer.build((None, 1))
    assert layer.kernel.numpy().tolist() == [[3.0, 3.0]]


def test_a_target_out_of_reach_is_refused_wherever_it_stands():
    with pytest.raises(UserError, match=r"at\.cells\[1\]\._target_.*trust=\[shutil\]"):
        check_targets({"cells": [{}, {"_target_": "shutil.rmtree"}]}, "at", None, [])


def test_a_module_in_the_current_folder_is_reached_once_it_is_trusted(tmp_path, monkeypatch):
    (tmp_path / "mycells.py").write_text("class Cell:\n    def __init__(self, units): pass\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    node = {"_target_": "mycells.Cell", "units": 3}
    with pytest.raises(UserError, match="mycells"):
        build(node, "at", "layer", [])
    assert type(build(node, "at", "layer", ["mycells"])).__name__ == "Cell"
