"""Every row of conf/paper and every experiment trains."""

from dataclasses import fields

import pytest

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.yaml_files import conf_folder
from rnnexp.papers.rows import read_row, row_names
from rnnexp.training.model import build_model
from rnnexp.training.run import run

ROWS = row_names()
EXPERIMENTS = sorted(path.stem for path in (conf_folder() / "experiment").glob("*.yaml"))
SMALL = ["trainer.steps=2", "trainer.batch_size=2", "trainer.validate_every=2"]
SIZES = [f"{split}_examples" for split in ("train", "validation", "test")]


def small(overrides):
    """The overrides of a run of two steps, on a few short sequences where the task draws them."""
    task = check(compose(overrides)).task
    known = {field.name for field in fields(task)}
    short = ["task.length=100"] if task.length > 100 and "length" in known else []
    return [*overrides, *SMALL, *short, *(f"task.{name}=4" for name in SIZES if name in known)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_the_first_run_of_a_row_trains_for_two_steps(name, tmp_path):
    first = next(iter(read_row(name).jobs(1).values()))
    ended = run(check(compose(small([f"paper={name}", *first]))), tmp_path / "run")
    assert (ended.state, ended.steps) == ("completed", 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_the_model_of_every_run_of_a_row_can_be_built(name):
    for overrides in read_row(name).jobs(1).values():
        experiment = check(compose([f"paper={name}", *overrides]))
        examples = experiment.task.batch("validation", 0, 0, 2)
        assert build_model(experiment)(examples.x[:, :3]).shape[-1] == experiment.task.targets.size


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_trains_for_two_steps(name, tmp_path):
    ended = run(check(compose(small([f"experiment={name}"]))), tmp_path / "run")
    assert (ended.state, ended.steps) == ("completed", 2)
