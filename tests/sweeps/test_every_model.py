"""Law: every unit that has a YAML file trains in one sweep, without a warning."""

import re

import pytest

from rnnexp.config.yaml_files import conf_folder
from tests.command import command
from tests.sweeps.sweep_results import ran

SWEEP = ["model=glob(*)", "task=digits", "trainer.epochs=1"]
# So that a job takes seconds; the recurrences are those of the default settings.
SMALL = ["task.order=row", "model.units=8", "hydra.sweep.dir=swept"]
LOG = r"""\w+, 8 units, learns Digits \(T=8, D=8\), seed 0
step \d+/\d+: loss \d+\.\d+, validation accuracy \d\.\d+
test accuracy .*
seconds .*
run folder .*
look at it .*
"""


@pytest.mark.slow
def test_every_model_trains_without_a_warning(tmp_path):
    shown = command("train", "-m", *SWEEP, *SMALL, cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    jobs = ran(tmp_path / "swept")
    models = sorted(path.stem for path in (conf_folder() / "model").glob("*.yaml"))
    assert [job.name.split("_", 1)[1].split("_digits")[0] for job, _ in jobs] == models
    assert {summary["state"] for _, summary in jobs} == {"completed"}
    for job, _ in jobs:
        assert re.fullmatch(LOG, (job / "train.log").read_text()), job.name
