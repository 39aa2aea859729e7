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
from tests.command import TINY, command


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


COUNTED = """
from dataclasses import dataclass
from rnnexp.tasks import FirstToken

@dataclass(frozen=True)
class Counted(FirstToken):
    def __post_init__(self):
        with open("checks.txt", "a") as file:
            file.write("built\\n")
"""


@pytest.mark.slow
def test_a_job_of_a_sweep_is_checked_before_the_sweep_and_where_it_runs(tmp_path):
    """Each check builds the task, in whichever process it is made; unpickling it does not."""
    (tmp_path / "counted.py").write_text(COUNTED)
    (tmp_path / "task").mkdir()
    (tmp_path / "task" / "counted.yaml").write_text("_target_: counted.Counted\n")
    mine = ["--config-dir=.", "task=counted", "trust=[counted]", "model.units=4"]
    shown = command("train", "-m", *mine, "trainer.steps=3", "hydra.sweep.dir=swept", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert len((tmp_path / "checks.txt").read_text().splitlines()) == 2
