"""Law: every experiment that is shipped opens with a command that names it."""

import pytest

from rnnexp.config.yaml_files import conf_folder

EXPERIMENTS = sorted((conf_folder() / "experiment").glob("*.yaml"))
EVERY_EXPERIMENT = pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)


@EVERY_EXPERIMENT
def test_its_comment_has_the_command(path):
    comment = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    assert any(f"experiment={path.stem}" in line and "rnnexp train" in line for line in comment)
