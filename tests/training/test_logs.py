"""What a training writes between two validations, and what it keeps of its best weights."""

import csv
import json
from dataclasses import asdict

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.tasks import Examples
from rnnexp.training.model import build_model
from rnnexp.training.run import run

TINY = [
    *("task=first_token", "task.length=4", "model.units=4", "callbacks=none", "seed=3"),
    *("task.validation_examples=300", "task.test_examples=300"),
]
VARIABLE_COPY = ["task=variable_copy", "task.length=3", "task.test_examples=300", *TINY[2:5]]
PLAIN_SGD = [
    *("optimizer=sgd", "optimizer.momentum=0", "optimizer.global_clipnorm=null"),
    "optimizer.learning_rate=0.25",
]


def curve(folder, tag):
    """The points of a curve in TensorBoard, by step."""
    events = EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    return {e.step: float(make_ndarray(e.tensor_proto)) for e in events.Tensors(tag)}


def rows(folder):
    """The rows of metrics.csv as numbers."""
    with (folder / "metrics.csv").open(newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of 12 steps without momentum and clipping, with its experiment."""
    folder = tmp_path_factory.mktemp("runs") / "sgd"
    own = ["trainer.steps=12", "trainer.log_every=4", "trainer.validate_every=6"]
    experiment = check(compose([*TINY, *PLAIN_SGD, *own]))
    run(experiment, folder)
    return folder, experiment


@pytest.fixture(scope="module")
def by_hand(trained):
    """The losses and gradient norms of the same steps, each computed with Keras alone."""
    _, experiment = trained
    keras.utils.clear_session()
    keras.utils.set_random_seed(experiment.seed)
    model = build_model(experiment)
    losses, norms = [], []
    for index in range(12):
        x, y, *_ = experiment.task.batch("train", experiment.seed, index, 32)
        losses.append(model.evaluate(x, y, verbose=0, return_dict=True)["loss"])
        before = [v.numpy() for v in model.trainable_variables]
        model.train_on_batch(x, y)
        moved = [v.numpy() - b for v, b in zip(model.trainable_variables, before, strict=True)]
        norms.append(np.sqrt(sum(np.sum(m**2) for m in moved)) / 0.25)
    return losses, norms


def test_a_point_of_the_loss_is_the_mean_of_the_steps_since_the_point_before(trained, by_hand):
    losses, _ = by_hand
    expected = {step: np.mean(losses[step - 4 : step]) for step in (4, 8, 12)}
    assert curve(trained[0], "loss/train") == pytest.approx(expected, rel=1e-5)


def test_the_norm_of_the_gradient_is_how_far_plain_descent_moves_the_weights(trained, by_hand):
    _, norms = by_hand
    expected = {step: norms[step - 1] for step in (4, 8, 12)}
    assert curve(trained[0], "gradient_norm") == pytest.approx(expected, rel=1e-3)


def test_a_row_of_the_table_is_the_mean_since_the_validation_before(trained, by_hand):
    losses, _ = by_hand
    assert [row["loss"] for row in rows(trained[0])] == pytest.approx(
        [np.mean(losses[:6]), np.mean(losses[6:])], rel=1e-5
    )


@pytest.fixture(scope="module")
def unstable(tmp_path_factory):
    """A run whose learning rate is so high that its best validation is not the last."""
    folder = tmp_path_factory.mktemp("runs") / "unstable"
    own = ["optimizer.learning_rate=2.0", "trainer.steps=60", "trainer.validate_every=5"]
    summary = run(compose([*TINY, *own]), folder)
    return folder, summary


def test_the_best_weights_are_those_of_the_best_validation(unstable):
    folder, summary = unstable
    table = rows(folder)
    best = max(table, key=lambda row: (row["val_accuracy"], -row["val_loss"]))
    assert best["step"] < table[-1]["step"], "this run does not test what it should"
    assert summary.best_step == best["step"]
    task = check(compose(TINY)).task
    model = keras.models.load_model(folder / "best.keras")
    for split, score in (("validation", best["val_accuracy"]), ("test", summary.best_score)):
        x, y, *_ = task.examples(split, 3)
        guessed = model.predict(x, verbose=0).argmax(axis=-1)
        assert np.mean(guessed == y) == pytest.approx(score, rel=1e-6)


def test_the_best_of_equal_scores_has_the_lowest_loss(tmp_path):
    own = ["task.length=2", "task.symbols=2", "optimizer.learning_rate=0.05"]
    own += ["trainer.steps=100", "trainer.validate_every=10"]
    summary = run(compose([*TINY, *own]), tmp_path / "run")
    solved = [row for row in rows(tmp_path / "run") if row["val_accuracy"] == 1]
    assert len(solved) > 1, "this run does not test what it should"
    assert summary.best_step == min(solved, key=lambda row: row["val_loss"])["step"]


def test_weights_that_a_callback_restores_are_not_taken_for_the_best(tmp_path):
    """Early stopping that restores the worst weights, at a step whose validation was the best."""
    stopping = [f"callbacks.early_stopping.{s}" for s in ("mode=max", "patience=100")]
    own = ["optimizer.learning_rate=0.05", "trainer.steps=40", "trainer.validate_every=20"]
    quiet = [o for o in TINY if not o.startswith("callbacks")]
    config = compose([*quiet, *own, "callbacks=early_stopping", *stopping])
    summary = run(config, tmp_path / "run")
    x, y, *_ = check(config).task.examples("test", 3)
    scores = {}
    for name in ("model", "best"):
        guessed = keras.models.load_model(tmp_path / "run" / f"{name}.keras").predict(x, verbose=0)
        scores[name] = np.mean(guessed.argmax(axis=-1) == y)
    assert summary.best_step == summary.steps and scores["model"] < scores["best"]
    assert summary.score == pytest.approx(scores["model"], rel=1e-6)
    assert summary.best_score == pytest.approx(scores["best"], rel=1e-6)


def test_a_run_that_stops_when_solved_ends_with_that_validation(tmp_path):
    own = [
        *("task.length=2", "task.symbols=2", "optimizer.learning_rate=0.05"),
        *("trainer.steps=500", "trainer.validate_every=10", "trainer.stop_when_solved=true"),
    ]
    summary = run(compose([*TINY, *own]), tmp_path / "run")
    solved = [row["val_accuracy"] >= 0.99 for row in rows(tmp_path / "run")]
    assert solved == [False] * (len(solved) - 1) + [True]
    assert summary.steps == summary.steps_to_solve == 10 * len(solved) < 500


@pytest.mark.slow
def test_the_slices_of_the_test_split_have_scores_of_their_own(tmp_path):
    config = compose([*VARIABLE_COPY, "trainer.steps=2"])
    summary, task = run(config, tmp_path / "r"), check(config).task
    model = keras.models.load_model(tmp_path / "r" / "model.keras")
    examples = task.examples("test", 3)
    with (tmp_path / "r" / "slices.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert summary.slice_name == task.slice_name
    assert [int(row["slice"]) for row in table] == sorted(set(examples.slices.tolist()))
    for row in table:
        part = Examples(*examples).rows(examples.slices == int(row["slice"]))
        probability = model.predict(part.x, verbose=0)
        of_target = np.take_along_axis(probability, part.y[..., None], axis=-1)[..., 0]
        weights = np.ones_like(of_target) if part.weights is None else part.weights
        entropy = -(np.log(of_target) * weights).sum() / weights.sum()
        assert int(row["examples"]) == len(part.x)
        assert float(row["score"]) == pytest.approx(entropy, rel=1e-4)


def test_further_metrics_are_in_the_table_by_their_names(tmp_path):
    own = ["trainer.steps=4", "trainer.metrics=[sparse_top_k_categorical_accuracy]"]
    summary = run(compose([*TINY, *own]), tmp_path / "run")
    assert {"sparse_top_k_categorical_accuracy", "val_sparse_top_k_categorical_accuracy"} <= set(
        rows(tmp_path / "run")[0]
    )
    assert json.loads((tmp_path / "run" / "summary.json").read_text()) == asdict(summary)
