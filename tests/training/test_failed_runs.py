"""Runs that fail after their first step: what they say, and what their folders keep."""

import csv
import json
import sys

import pytest

from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.training.checkpoint import load
from rnnexp.training.run import run

TINY = [
    *("task=first_token", "task.length=5", "task.train_examples=96", "model.units=4"),
    *("trainer.validate_every=3", "trainer.log_every=2"),
]


def rows(folder):
    with (folder / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(file))


POISONED = """
from dataclasses import dataclass
import numpy as np
from rnnexp.tasks import Adding, Examples

@dataclass(frozen=True)
class Poisoned(Adding):
    def batch(self, split, seed, index, number):
        x, y, *_ = super().batch(split, seed, index, number)
        return Examples(x * np.float32("nan") if (split, index) == ("train", 6) else x, y)
"""


def test_a_loss_that_is_no_number_ends_the_run_at_that_step(tmp_path, monkeypatch):
    """The batch of the seventh step holds nothing but nan."""
    (tmp_path / "poisoned.py").write_text(POISONED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    mine = ["task=adding", "task._target_=poisoned.Poisoned", "trust=[poisoned]"]
    cfg = compose([*TINY[1:], *mine, "trainer.steps=30", "callbacks=none"])
    with pytest.raises(
        UserError, match=r"the loss became nan at step 7; gradients/ in Tensor.* low"
    ):
        run(cfg, "nan")
    summary = json.loads((tmp_path / "nan" / "summary.json").read_text())
    assert (summary["state"], summary["score"], summary["steps"]) == ("failed", None, 7)
    assert "learning_rate" in summary["error"]
    assert [row["step"] for row in rows(tmp_path / "nan")] == ["3", "6"]
    assert not (tmp_path / "nan" / "model.keras").exists()
    last = load(tmp_path / "nan")
    assert (last.position.step, last.finite) == (5, True)  # before the last step of the last epoch
    with pytest.raises(UserError, match="--again"):
        run(cfg, "nan")
    with pytest.raises(UserError, match="nan at step 7"):
        run(cfg, "nan", again=True)
    assert [row["step"] for row in rows(tmp_path / "nan")] == ["3", "6"]


BROKEN = """
import keras

class Broken(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 1:
            raise RuntimeError("out of ideas\\nand more of it")
"""


def test_an_error_after_the_first_step_is_one_line_with_that_step(tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    mine = ["+callbacks.mine={_target_: broken.Broken}", "trust=[broken]", "callbacks=none"]
    with pytest.raises(UserError, match=r"broken_off: .* after step 2: RuntimeError") as caught:
        run(compose([*TINY, *mine, "trainer.steps=5"]), "broken_off")
    assert "\n" not in str(caught.value)
    summary = json.loads((tmp_path / "broken_off" / "summary.json").read_text())
    assert (summary["state"], summary["steps"]) == ("failed", 2)
    assert "out of ideas" in summary["error"]
