"""A config is held against every rule before anything slow begins."""

import subprocess
import sys

import pytest
from omegaconf import OmegaConf

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.tasks import Adding

MISTAKES = [
    ("task=first_token task.lenght=9", "task.lenght", "did you mean length?"),
    ("optimizer.learning_rate=fast", "'fast'", "a number of more than 0"),
    ("task=first_token task.length=-5", "-5", "at least 2"),
    ("task=first_token task.length=long", "'long'", "a whole number"),
    ("task=text", "path of Text is ''", "set for instance path=book.txt"),
    ("task=text task.path=nowhere.txt", "'nowhere.txt'", "there is no file"),
    ("task=mnist task.path=nowhere.npz", "'nowhere.npz'", "path=mnist.npz"),
    ("task.order=column", "'column'", "'pixel', 'row'"),
    ("model.units=0", "got 0", "more than 0"),
    ("optimizer.learning_rate=-1", "got -1", "more than 0"),
    ("seed=-1", "got -1", "expected 0"),
    ("trainer.steps=null", "got neither", "trainer.steps=1000"),
    ("optimizer.clipnorm=2", "clipnorm=2", "set one of them to null"),
    ("+speed=3", "speed", "no such key"),
    ("~model", "model.", "expected a value"),
    ("model.units=${nowhere}", "nowhere", "not found"),
    ("task._target_=rnnexp.tasks.Digit", "Digit", "did you mean Digits?"),
    ("task._target_=rnnexp.config.check.check", "check", "expected a known task"),
    ("model.layer._target_=os.system", "os.system", "trust=[os]"),
    ("+model.layer.kernel_initializer._target_=os.system", "os.system", "kernel_initializer"),
]


@pytest.mark.parametrize(("asked", "came", "expected"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_one_line_with_what_came_and_what_was_expected(asked, came, expected):
    with pytest.raises(UserError) as caught:
        check(compose(asked.split()))
    line = str(caught.value)
    assert came in line
    assert expected in line
    assert "\n" not in line


def test_a_checked_config_holds_plain_values_and_the_task():
    experiment = check(compose(["task=adding", "task.length=7", "model.units=5"]))
    assert experiment.task == Adding(length=7)
    assert experiment.model.units == 5
    assert type(experiment.model.layer) is dict
    assert type(experiment.optimizer) is dict


def test_what_is_saved_reads_back_as_the_same_experiment(tmp_path):
    experiment = check(compose(["task=first_token", "model=lstm", "seed=4", "trainer.epochs=3"]))
    (tmp_path / "config.yaml").write_text(OmegaConf.to_yaml(experiment.config))
    assert check(OmegaConf.load(tmp_path / "config.yaml")) == experiment


def test_a_saved_config_holds_every_setting_of_its_task():
    cfg = compose(["task=adding"])
    del cfg.task["variant"]
    assert check(cfg).config.task.variant == Adding().variant


def test_nothing_slow_is_imported_to_find_a_mistake():
    script = (
        "import sys; from rnnexp.config.compose import compose;"
        "from rnnexp.config.check import check; check(compose());"
        "sys.exit(', '.join({'tensorflow', 'keras', 'sklearn'} & set(sys.modules)) or 0)"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (found.returncode, found.stderr.strip()) == (0, "")
