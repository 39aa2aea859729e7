"""Law: every experiment that is shipped trains, and opens with a command that names it."""

import pytest

from rnnexp.config.compose import compose
from rnnexp.config.yaml_files import conf_folder
from rnnexp.training.from_python import run

EXPERIMENTS = sorted((conf_folder() / "experiment").glob("*.yaml"))
EVERY_EXPERIMENT = pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)


@EVERY_EXPERIMENT
def test_its_comment_has_the_command(path):
    comment = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    assert any(f"experiment={path.stem}" in line and "rnnexp train" in line for line in comment)


@pytest.mark.slow
@EVERY_EXPERIMENT
def test_two_steps(path, tmp_path):
    short = ["trainer.steps=2", "trainer.epochs=null", "trainer.validate_every=2"]
    config = compose([f"experiment={path.stem}", *short, "callbacks=none"])
    summary = run(config, tmp_path / "run")
    assert (summary["state"], summary["steps"]) == ("completed", 2)
