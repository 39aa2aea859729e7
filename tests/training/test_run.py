"""One run from a config: its folder, its numbers, the ways it can end."""

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import asdict

import keras
import numpy as np
import pytest
from omegaconf import OmegaConf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.tasks import FirstToken
from rnnexp.training.model import build_optimizer
from rnnexp.training.run import run

TINY = [
    *("task=first_token", "task.length=5", "task.train_examples=96", "model.units=4"),
    *("trainer.validate_every=3", "trainer.log_every=2"),
]
TINY += ["task.validation_examples=50", "task.test_examples=40"]
KEYS = (
    "state metric score best_score best_step baseline guesses solved slice_name steps "
    "steps_to_solve seed parameters units state_size seconds versions"
)


def rows(folder):
    with (folder / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def numbers(folder):
    """What must repeat: every row but its seconds, and the weights."""
    model = keras.models.load_model(folder / "model.keras")
    epochs = [{key: row[key] for key in row if key != "seconds"} for row in rows(folder)]
    return epochs, [weight.numpy().tobytes() for weight in model.weights]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "first"
    return folder, run(compose([*TINY, "trainer.steps=7", "seed=3"]), folder)


def test_a_finished_run_leaves_these_things_and_nothing_else(finished):
    folder, _ = finished
    assert {path.name for path in folder.iterdir()} == {
        "config.yaml",
        "diagnostics.nc",
        "metrics.csv",
        "summary.json",
        "model.keras",
        "best.keras",
        "tensorboard",
    }


def test_the_summary_is_what_is_returned_and_has_every_key(finished):
    folder, summary = finished
    written = json.loads((folder / "summary.json").read_text())
    assert written == asdict(summary)
    assert set(written) == {*KEYS.split(), "hardware", "error"}
    assert (summary.state, summary.steps, summary.seed) == ("completed", 7, 3)
    assert (summary.error, summary.baseline) == (None, 1 / 8)


def test_the_score_is_the_saved_models_on_the_test_split(finished):
    folder, summary = finished
    x, y = check(compose(TINY)).task.examples("test", 3)[:2]
    guessed = keras.models.load_model(folder / "model.keras").predict(x, verbose=0).argmax(axis=1)
    assert summary.score == pytest.approx(np.mean(guessed == y))


def test_metrics_have_a_row_for_each_validation_and_the_last_may_be_short(finished):
    folder, _ = finished
    assert [(row["epoch"], row["step"]) for row in rows(folder)] == [
        ("1.0", "3"),
        ("2.0", "6"),
        ("2.333", "7"),
    ]


@pytest.mark.parametrize(
    ("split", "columns"),
    [
        ("train", {"accuracy": "accuracy"}),
        ("validation", {"loss": "val_loss", "accuracy": "val_accuracy"}),
    ],
)
def test_tensorboard_shows_the_numbers_of_the_table_at_their_steps(finished, split, columns):
    folder, _ = finished
    events = EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    for name, column in columns.items():
        points = events.Tensors(f"{name}/{split}")
        shown = [(e.step, float(make_ndarray(e.tensor_proto))) for e in points]
        assert shown == [
            (int(row["step"]), pytest.approx(float(row[column]), rel=1e-5)) for row in rows(folder)
        ]


@pytest.mark.slow
def test_the_saved_config_runs_again_with_the_same_numbers(finished, tmp_path):
    folder, _ = finished
    # In between, a run that would leave another precision, other names and another seed behind.
    run(
        compose([*TINY, "trainer.steps=1", "hardware.precision=mixed_bfloat16"]), tmp_path / "other"
    )
    run(OmegaConf.load(folder / "config.yaml"), tmp_path / "again")
    assert numbers(tmp_path / "again") == numbers(folder)


@pytest.mark.slow
def test_another_seed_gives_other_numbers(finished, tmp_path):
    folder, _ = finished
    run(compose([*TINY, "trainer.steps=7", "seed=4"]), tmp_path / "other")
    assert numbers(tmp_path / "other") != numbers(folder)


def test_training_ends_with_whatever_comes_first(tmp_path):
    cfg = [*TINY, "trainer.steps=100"]
    assert run(compose([*cfg, "trainer.epochs=1"]), tmp_path / "epochs").steps == 3


@pytest.mark.slow
def test_depth_stacks_layers_that_hand_on_whole_sequences(tmp_path):
    run(compose([*TINY, "trainer.steps=1", "model.depth=2"]), tmp_path / "deep")
    model = keras.models.load_model(tmp_path / "deep" / "model.keras")
    stack = [layer for layer in model.layers if layer.name.startswith("recurrent")]
    assert [layer.return_sequences for layer in stack] == [True, False]


@pytest.mark.slow
def test_a_solved_task_is_told_with_the_first_step_that_solved_it(tmp_path):
    easy = ["task.length=2", "task.symbols=2", "optimizer.learning_rate=0.01", "trainer.steps=60"]
    summary = run(compose([*TINY, *easy]), tmp_path / "easy")
    found = rows(tmp_path / "easy")
    solved = [float(row["val_accuracy"]) >= FirstToken.threshold for row in found]
    assert solved[-1] and not solved[0], found
    assert summary.steps_to_solve == int(found[solved.index(True)]["step"])
    assert summary.solved is (summary.score >= FirstToken.threshold)


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        ("optimizer.momentun=1", "Adam takes no momentun"),
        ("model.layer.activatoin=relu", "did you mean activation?"),
        ("model.layer.activation=rellu", "rellu"),
        ("model.layer.units=3", "set for you"),
        ("trainer.batch_size=97", "at most the 96"),
        ("optimizer._target_=keras.layers.Flatten", "got keras.layers.Flatten, a known layer"),
    ],
)
def test_what_cannot_be_run_leaves_no_folder(tmp_path, mistake, expected):
    with pytest.raises(UserError) as caught:
        run(compose([*TINY, mistake]), tmp_path / "none")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_momentum_may_be_written_as_a_whole_number():
    experiment = check(compose(["optimizer=sgd", "optimizer.momentum=0"]))
    assert build_optimizer(experiment).momentum == 0


def test_a_damaged_checkpoint_is_told_and_the_run_begins_anew(finished, tmp_path, capsys):
    folder, _ = finished
    (tmp_path / "config.yaml").write_text((folder / "config.yaml").read_text())
    (tmp_path / "metrics.csv").write_text((folder / "metrics.csv").read_text())
    (tmp_path / "checkpoint.npz").write_text("no archive")
    run(OmegaConf.load(folder / "config.yaml"), tmp_path)
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "the checkpoint is damaged" in err
    assert (tmp_path / "checkpoint.damaged.npz").read_text() == "no archive"
    assert numbers(tmp_path) == numbers(folder)


@pytest.mark.slow
def test_what_was_left_before_the_first_checkpoint_is_not_counted_twice(finished, tmp_path):
    folder, _ = finished
    shutil.copytree(folder, tmp_path / "killed")
    summary = json.loads((folder / "summary.json").read_text())
    (tmp_path / "killed" / "summary.json").write_text(json.dumps(summary | {"state": "running"}))
    run(OmegaConf.load(folder / "config.yaml"), tmp_path / "killed")
    assert numbers(tmp_path / "killed") == numbers(folder)


def test_a_saved_model_loads_in_a_fresh_process_and_says_the_same(finished):
    folder, _ = finished
    x = np.random.default_rng(0).integers(17, size=(3, 5))
    np.save(folder.parent / "x.npy", x)
    script = (
        "import sys, keras, numpy as np, rnnexp.layers\n"
        "model = keras.models.load_model(sys.argv[1])\n"
        "np.save(sys.argv[3], model.predict(np.load(sys.argv[2]), verbose=0))"
    )
    paths = [folder / "model.keras", folder.parent / "x.npy", folder.parent / "y.npy"]
    subprocess.run(
        [sys.executable, "-c", script, *map(str, paths)], check=True, capture_output=True
    )
    here = keras.models.load_model(folder / "model.keras").predict(x, verbose=0)
    np.testing.assert_array_equal(np.load(folder.parent / "y.npy"), here)
