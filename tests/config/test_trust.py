"""Trust is given by the command line, the environment and the program, never by a file."""

import os
import pickle

import pytest
from omegaconf import OmegaConf

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.config.trust import VARIABLE, covers, granted, split_trust, trusted

MINE = "model.layer._target_=mine.Cell"


@pytest.mark.parametrize(
    ("argument", "modules"),
    [
        ("trust=[mine]", ["mine"]),
        ("trust=[mine.cells,yours]", ["mine.cells", "yours"]),
        ("trust=mine", ["mine"]),
        ("+trust=['mine']", ["mine"]),
        ("++trust=[]", []),
    ],
)
def test_a_command_line_names_modules(argument, modules):
    assert split_trust(["seed=1", argument, "-m"]) == (modules, ["seed=1", "-m"])


@pytest.mark.parametrize(
    "wrong", ["trust=a,b", "trust=[", "trust=[/tmp]", "trust=[a-b]", "trust=3"]
)
def test_what_is_no_list_of_modules_is_told(wrong):
    with pytest.raises(UserError, match="expected"):
        split_trust([wrong])


@pytest.mark.parametrize("value", ["mine:yours", "mine,yours", " mine, yours "])
def test_the_environment_names_modules(value, monkeypatch):
    monkeypatch.setenv(VARIABLE, value)
    assert trusted() == ["mine", "yours"]
    assert check(compose([MINE])).trust == ["mine", "yours"]


def test_an_environment_with_no_names_is_told(monkeypatch):
    monkeypatch.setenv(VARIABLE, "/tmp/mine")
    with pytest.raises(UserError, match=VARIABLE):
        check(compose([]))


def test_a_module_covers_what_is_in_it_and_nothing_beside_it():
    assert covers(["mine"], "mine.cells.Cell")
    assert covers(["mine.cells"], "mine.cells.Cell")
    assert covers(["keras.callbacks.CSVLogger"], "keras.callbacks.CSVLogger")
    assert not covers(["mine"], "minefield.Cell")
    assert not covers(["mine.cells"], "mine.layers.Cell")


def test_trust_ends_with_the_block_that_it_was_granted_for():
    with granted(["mine"]), granted(["yours"]):
        assert os.environ[VARIABLE] == "mine,yours"
        check(compose([MINE]))
    assert VARIABLE not in os.environ
    with pytest.raises(UserError, match=r"trust=\[mine\]"):
        check(compose([MINE]))


def test_a_program_may_say_it_as_the_command_line_does():
    composed = compose([MINE, "trust=[mine]"])
    assert check(composed).trust == ["mine"]
    assert check(pickle.loads(pickle.dumps(composed))).trust == ["mine"]


@pytest.mark.parametrize("named", [["mine"], ["yours"], ["mine", "yours"]])
def test_a_file_may_not(named):
    saved = OmegaConf.create(OmegaConf.to_yaml(compose([MINE, "trust=[mine]"])))
    saved.trust = named
    with pytest.raises(UserError, match="a file cannot grant it"):
        check(saved)
    merged = OmegaConf.merge(compose(["trust=[mine]"]), {"trust": ["yours"]})
    with pytest.raises(UserError, match="a file cannot grant it"):
        check(merged)


def test_what_is_saved_names_no_trust():
    assert check(compose([MINE, "trust=[mine]"])).config.trust == []


def test_a_file_that_names_what_is_trusted_anyway_is_taken():
    saved = OmegaConf.create(OmegaConf.to_yaml(compose([MINE, "trust=[mine]"])))
    with granted(["mine"]):
        check(saved)
