"""A config is checked once, and what passed is handed on to whatever trains it."""

import pickle

import pytest

from rnnexp.commands import resume as resume_command
from rnnexp.commands import train as train_command
from rnnexp.commands.resume import resume
from rnnexp.commands.train import train
from rnnexp.config import check as check_module
from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.runs import lock
from rnnexp.training import run as run_module
from tests.command import TINY


@pytest.fixture
def checks(monkeypatch):
    """A list that grows by each config that is checked."""
    checked = []

    def counted(config):
        checked.append(config)
        return check(config)

    for module in (check_module, train_command, resume_command, lock, run_module):
        monkeypatch.setattr(module, "check", counted)
    return checked


def test_a_run_and_its_resumption_check_once_each(checks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert train([*TINY, "hydra.run.dir=here"]) == 0
    assert len(checks) == 1
    summary = (tmp_path / "here" / "summary.json").read_text()
    (tmp_path / "here" / "summary.json").write_text(summary.replace("completed", "interrupted"))
    assert resume(["here"]) == 0
    assert len(checks) == 2


def test_an_experiment_can_be_handed_to_another_process():
    experiment = check(compose(["model=lstm", "task=adding", "seed=3"]))
    copy = pickle.loads(pickle.dumps(experiment))
    assert copy == experiment
    assert (
        copy.task.examples("test", 3)[0].tobytes()
        == experiment.task.examples("test", 3)[0].tobytes()
    )
