"""The wheel in an environment of its own: train, start TensorBoard, look at the tab."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import numpy as np
import pytest

from rnnexp.dashboard.history import load_history
from tests.dashboard.served import tensorboard
from tests.recurrence.browser import Tab, browser, needs_browser

pytestmark = [needs_browser, pytest.mark.slow]
SOURCE = Path(__file__).parents[2]
RUN = ["task.order=row", "model.units=5", "trainer.steps=20", "callbacks.gate_statistics.every=10"]


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The Python of a new environment with the wheel; the dependencies stay where they are."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, SOURCE], check=True)
    (wheel,) = folder.glob("rnnexp-*.whl")
    venv.create(folder / "env", with_pip=False)
    (site,) = (folder / "env").glob("lib/*/site-packages")
    subprocess.run([*pip, "install", "--no-deps", "--target", site, wheel], check=True)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "env" / "bin" / "python"


def environment():
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def test_what_was_trained_is_shown(python, tmp_path):
    train = [python, "-m", "rnnexp.cli", "train", *RUN, "hydra.run.dir=run"]
    subprocess.run(train, cwd=tmp_path, env=environment(), check=True)
    carried = load_history(tmp_path / "run" / "diagnostics.nc")["recurrent_1"]
    with tensorboard(tmp_path, python, environment()) as board, browser() as chromium:
        listed = board.json("plugins_listing")["recurrence"]
        assert (listed["enabled"], listed["tab_name"]) == (True, "Recurrence")
        tab = Tab(chromium, board.address)
        assert tab.frame.locator("h2").text_content().startswith("GRU, 5 units, learns Digits")
        tab.wait_for("memory", "accuracy, validation")
        at_end = carried.sel(snapshot=20, sequence=1, kept_time=1)
        amounts = np.abs(at_end["unit_h"]) * at_end["unit_carried"]
        best = amounts.argmax().item()
        tab.wait_for("unit", f"gates of unit {best}")
        assert tab.problems == []
