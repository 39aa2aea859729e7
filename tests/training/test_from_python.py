"""`rnnexp.run` and `rnnexp.compose`, as a notebook uses them."""

import json
from pathlib import Path

import pytest
from omegaconf import OmegaConf

import rnnexp

TINY = ["task.order=row", "model.units=4", "trainer.steps=3", "callbacks=none"]


def test_a_run_without_a_name_is_in_a_new_folder_of_outputs(tmp_path):
    summary = rnnexp.run(rnnexp.compose([*TINY, "model=lstm", f"outputs={tmp_path}", "seed=3"]))
    folder = Path(summary.pop("folder"))
    assert folder.parents[2] == tmp_path
    assert folder.name.endswith("_LSTM_Digits_seed=3")
    assert summary == json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["state"] == "completed"


@pytest.mark.slow
def test_a_saved_config_runs_again_in_another_folder_with_the_same_score(tmp_path):
    first = rnnexp.run(rnnexp.compose([*TINY, f"outputs={tmp_path}"]))
    again = rnnexp.run(OmegaConf.load(Path(first["folder"], "config.yaml")))
    assert again["folder"] != first["folder"]
    assert again["score"] == first["score"]


def test_overrides_are_no_config(tmp_path):
    with pytest.raises(TypeError, match=r"config is a list; expected what rnnexp\.compose returns"):
        rnnexp.run(TINY, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_mistake_in_a_config_is_a_user_error():
    with pytest.raises(rnnexp.UserError, match="did you mean lstm"):
        rnnexp.compose(["model=lstn"])
