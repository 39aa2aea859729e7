"""Every mistake in what is asked becomes one line that names it and what to write instead."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rnnexp
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.config.yaml_files import conf_folder

MISTAKES = [
    ("model=gruu", "gruu", "did you mean gru?"),
    ("modle=gru", "modle", "did you mean model?"),
    ("model.unit=3", "model.unit", "did you mean units?"),
    ("trainer.batchsize=3", "trainer.batchsize", "did you mean batch_size?"),
    ("task=digit", "digit", "did you mean digits?"),
    ("experiment=smok", "smok", "smoke"),
    ("model.units=many", "model.units", "a whole number"),
    ("model.units=1.5", "model.units", "a whole number"),
    ("hardware.device=tpu", "hardware.device", "[cpu, gpu]"),
    ("seed=null", "seed", "expected a value"),
    ("gru", "gru", "expected key=value"),
    ("model=gru,lstm", "model=gru,lstm", "add -m"),
    ("trainer.metrics={a: 1}", "trainer.metrics", "expected a list, as in [a, b], got a mapping"),
    ("model.layer=[1]", "model.layer", "expected a mapping, as in {a: 1}, got a list"),
    ("probe=3", "probe", "expected a mapping, as in {a: 1}, got 3"),
    ("model.norm=[1]", "model.norm", "expected a name, got [1]"),
    ("model=[1]", "model=[1]", "expected names in the list, as in model=[a,b]"),
    ("+callbacks=[default, Null]", "callbacks", "expected names in the list"),
    ("permute=true", "permute", "did you mean task.permute?"),
    ("units=3", "units", "did you mean model.units?"),
    ("hydra.run.dri=x", "hydra.run.dri", "did you mean dir?"),
]


@pytest.mark.parametrize(("override", "came", "expected"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_a_mistake_on_the_command_line(override, came, expected):
    with pytest.raises(UserError) as caught:
        compose([override])
    line = str(caught.value)
    assert came in line
    assert expected in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unitz: 3", "model.unitz: model has no such key; did you mean units?"),
        ("units: many", "model.units: expected a whole number, got 'many'"),
        ("units: [3", "mine.yaml"),
    ],
)
def test_a_mistake_in_a_yaml_of_ones_own(tmp_path, text, expected):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "mine.yaml").write_text(text + "\n")
    with pytest.raises(UserError) as caught:
        compose(["model=mine"], tmp_path)
    assert expected in str(caught.value)
    assert "mine.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_of_ones_own_adds_to_what_can_be_chosen(tmp_path):
    (tmp_path / "hardware").mkdir()
    (tmp_path / "hardware" / "laptop.yaml").write_text("device: cpu\nthreads: 3\n")
    assert compose(["hardware=laptop"], tmp_path).hardware.threads == 3


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        compose([], tmp_path / "nowhere")


def test_an_argument_of_a_target_needs_no_plus():
    cfg = compose(["model.layer.activation=relu", "optimizer.weight_decay=0.1"])
    assert (cfg.model.layer.activation, cfg.optimizer.weight_decay) == ("relu", 0.1)


def test_the_yaml_files_are_found_inside_an_installed_package(tmp_path):
    package = tmp_path / "site" / "rnnexp"
    shutil.copytree(Path(rnnexp.__file__).parent, package, ignore=lambda *_: ["__pycache__"])
    shutil.copytree(conf_folder(), package / "conf")
    shown = subprocess.run(
        [sys.executable, "-m", "rnnexp.cli", "train", "--cfg", "job", "model=lstm", "seed=7"],
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "rnnexp.layers.LSTM" in shown.stdout
    assert "seed: 7" in shown.stdout


@pytest.mark.parametrize("place", ["schedule=cosine", "schedule=linear"])
@pytest.mark.parametrize("rate", ["optimizer.learning_rate=1e-2", "paper=adding_chrono"])
def test_a_schedule_that_a_number_replaces_is_refused(place, rate):
    with pytest.raises(UserError, match=r"^schedule=\w+: optimizer.learning_rate=.*replaces"):
        compose([place, rate])


@pytest.mark.parametrize("group", ["schedule", "experiment", "model"])
def test_a_group_without_an_option_is_refused_with_the_way_to_leave_it_out(group):
    with pytest.raises(UserError, match=f"^{group}=null: .* ~{group}"):
        compose([f"{group}=null"])
