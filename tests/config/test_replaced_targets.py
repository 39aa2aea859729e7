"""A mapping with another `_target_` makes another object, with none of the old one's arguments."""

import pytest
from omegaconf import OmegaConf

from rnnexp.config.compose import compose
from rnnexp.config.replaced_targets import keys_to_delete

LSTM = "model.layer={_target_: keras.layers.LSTM, dropout: 0.1}"


def composed(*overrides):
    """The layer of the config that the overrides make, as `rnnexp train` takes them."""
    return OmegaConf.to_container(compose([*keys_to_delete(overrides), *overrides]).model.layer)


@pytest.mark.parametrize("model", ["gru", "lstm", "simple_rnn", "irnn"])
def test_another_layer_has_only_its_own_arguments(model):
    assert composed(f"model={model}", LSTM) == {"_target_": "keras.layers.LSTM", "dropout": 0.1}


def test_an_argument_set_beside_it_stays():
    found = composed(LSTM, "model.layer.use_bias=false")
    assert found == {"_target_": "keras.layers.LSTM", "dropout": 0.1, "use_bias": False}


def test_the_same_target_keeps_what_stands_there():
    found = composed("model.layer={_target_: rnnexp.layers.GRU, dropout: 0.1}")
    assert found == OmegaConf.to_container(compose().model.layer) | {"dropout": 0.1}


def test_nothing_is_deleted_twice():
    gone = keys_to_delete([LSTM])
    assert sorted(gone) == ["~model.layer.reset_after", "~model.layer.update_gate"]
    assert keys_to_delete([*gone, LSTM]) == []


def test_jobs_of_a_sweep_that_choose_a_layer_inherit_nothing():
    choice = f"{LSTM},{{_target_: rnnexp.layers.SimpleRNN}}"
    assert keys_to_delete([choice]) == keys_to_delete([LSTM])


def test_a_callback_is_replaced_as_well():
    said = "callbacks.gate_statistics={_target_: keras.callbacks.TerminateOnNaN}"
    found = compose([*keys_to_delete([said]), said]).callbacks.gate_statistics
    assert OmegaConf.to_container(found) == {"_target_": "keras.callbacks.TerminateOnNaN"}


@pytest.mark.parametrize("said", [[], ["model=lstm"], ["model.layer._target_=keras.layers.GRU"]])
def test_nothing_else_deletes_anything(said):
    assert keys_to_delete(said) == []
