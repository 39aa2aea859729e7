"""What the callbacks write: every curve, chart and picture once, however many looks go together."""

import time

import keras
import pytest
import xarray
from tensorboard.plugins.custom_scalar import metadata as custom_scalars
from tensorboard.plugins.custom_scalar.layout_pb2 import Layout

from rnnexp import layers
from rnnexp.callbacks import GateStatistics, Probe
from rnnexp.dashboard.event_file import own_event_files
from rnnexp.dashboard.figure_parts import to_png
from rnnexp.dashboard.figures import layer_figures
from rnnexp.dashboard.history import load_history
from tests.callbacks.training import (
    STEPS,
    M,
    both,
    model_of,
    points_of,
    probe_batch,
    probe_in,
    train,
    train_and_stop,
)


def test_both_callbacks_leave_every_curve_once_at_every_logged_step(tmp_path):
    train(model_of(layers.LSTM(M, name="unit")), both(tmp_path, 2))
    points = points_of(tmp_path)
    curves = [tag for tag in points if not tag.startswith(("model/", "pictures/", "custom_"))]
    scores = {"loss/train"}
    assert {tag.partition("/")[0] for tag in set(curves) - scores} == {
        "gates",
        "memory",
        "gradients",
    }
    for tag in curves:
        steps = [2, 4, 6] if tag in scores else [0, 2, 4, 6]
        assert [step for step, _ in points[tag]] == steps, tag
    for tag in set(points) - set(curves):
        assert len(points[tag]) == 1, tag


def test_the_charts_are_those_of_the_layers(tmp_path):
    """The layout of the Custom Scalars dashboard, of the states and gates that were traced."""
    inside = layers.LSTM(M, return_sequences=True, name="low"), layers.GRU(M, name="high")
    train_and_stop(model_of(*inside), both(tmp_path), 1)
    ((_, layout),) = points_of(tmp_path)[custom_scalars.CONFIG_SUMMARY_TAG]
    titles = [category.title for category in Layout.FromString(layout.item()).category]
    gates = [f"Gate {name}" for name in "ifozr"]
    assert titles == ["Overview", *gates, *(f"Gradient dL/d{name}" for name in "hcx")]


def test_the_pictures_show_all_that_was_measured_and_are_drawn_once(tmp_path):
    train(model_of(layers.GRU(M, name="unit")), both(tmp_path))
    assert len(own_event_files(tmp_path)) == 1
    points, measured = points_of(tmp_path), load_history(tmp_path / "diagnostics.nc")["unit"]
    for picture in layer_figures("unit", measured):
        ((step, (_, _, data)),) = points[picture.tag]
        assert (step, data) == (STEPS, to_png(picture.figure)[0])


class Blocks(GateStatistics):
    """Keeps how many looks were taken up together."""

    def __init__(self, log_dir):
        super().__init__(probe_in(log_dir), every=1)
        self.sizes = []

    def measure(self, dataset):
        self.sizes.append(dataset.sizes["step"])
        return super().measure(dataset)


@pytest.mark.parametrize(
    ("bound", "value", "largest"),
    [("_BLOCK_SNAPSHOTS", 4, 4), ("_BLOCK_BYTES", 1, 1), ("_BLOCK_SECONDS", -1, 1)],
)
def test_looks_are_taken_up_in_blocks_whose_size_changes_nothing(
    bound, value, largest, tmp_path, monkeypatch
):
    def seen(log_dir):
        keras.utils.set_random_seed(2)
        blocks = Blocks(log_dir)
        train(model_of(), [blocks], epochs=2)
        return blocks.sizes, load_history(log_dir / "diagnostics.nc")["unit"]

    _, expected = seen(tmp_path / "default")
    monkeypatch.setattr(f"rnnexp.callbacks.probe.{bound}", value)
    sizes, found = seen(tmp_path / "bounded")
    assert (sum(sizes), max(sizes)) == (1 + 2 * STEPS, largest)
    xarray.testing.assert_allclose(found, expected)


class Reader(keras.callbacks.Callback):
    """Another program that reads the file of arrays, until it has what is measured by then."""

    def __init__(self, path):
        super().__init__()
        self.path, self.seen = path, []

    def on_train_batch_end(self, batch, logs=None):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            steps = load_history(self.path)["unit"]["step"].values if self.path.exists() else []
            if batch in steps:
                self.seen.append(list(steps))
                return
            time.sleep(0.05)
        raise AssertionError(f"step {batch} is not in the file after a minute")


def test_the_file_of_arrays_grows_while_training_continues(tmp_path, monkeypatch):
    monkeypatch.setattr("rnnexp.callbacks.probe._BLOCK_SECONDS", -1)
    monkeypatch.setattr("rnnexp.dashboard.probe_writer._FIRST_WRITING", 0)
    monkeypatch.setattr("rnnexp.dashboard.probe_writer._PAUSE_OF_ARRAYS", 0)
    reader = Reader(tmp_path / "diagnostics.nc")
    train(model_of(), [GateStatistics(probe_in(tmp_path), 1), reader])
    assert reader.seen == [list(range(step + 1)) for step in range(STEPS)]


class Reported(keras.callbacks.Callback):
    """What Keras says after each step and each epoch."""

    def __init__(self):
        super().__init__()
        self.steps, self.epochs = [], []

    def on_train_batch_end(self, batch, logs=None):
        self.steps.append(dict(logs))

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(dict(logs))


def test_the_scores_of_a_fit_are_those_that_keras_reports(tmp_path):
    """At the steps that were measured, and at the end of an epoch those of the validation data."""
    reported = Reported()
    model = model_of(metrics=["mean_absolute_error"])
    data = {"validation_data": (probe_batch()[0], probe_batch()[1]), "epochs": 2}
    train(model, [*both(tmp_path, 4), reported, keras.callbacks.TensorBoard(tmp_path)], **data)
    points = points_of(tmp_path)
    for name in ("loss", "mean_absolute_error"):
        at_steps = {step: reported.steps[step - 1][name] for step in (4, 8, 12)}
        at_ends = {STEPS * (i + 1): logs[name] for i, logs in enumerate(reported.epochs)}
        assert curve(points, f"{name}/train") == pytest.approx(at_steps | at_ends)
        expected = {STEPS * (i + 1): logs[f"val_{name}"] for i, logs in enumerate(reported.epochs)}
        assert curve(points, f"{name}/validation") == pytest.approx(expected)


def curve(points, tag):
    steps = [step for step, _ in points[tag]]
    assert len(steps) == len(set(steps))
    return {step: value.item() for step, value in points[tag]}


def test_scores_can_be_left_to_somebody_else(tmp_path):
    probe = Probe(*probe_batch(), log_dir=tmp_path, scores=False)
    train(model_of(), [GateStatistics(probe, 2)])
    assert "loss/train" not in points_of(tmp_path)


def test_inputs_that_saturate_the_gates_are_warned_of_once_and_under_text(tmp_path):
    x, y = probe_batch()
    callback = GateStatistics(Probe(1000 * x, y, log_dir=tmp_path), 1)
    with pytest.warns(UserWarning, match="of the gate values are .* scale the inputs") as warned:
        train(model_of(layers.GRU(M, name="unit")), [callback], steps=2)
    told = [str(w.message) for w in warned if "gate values" in str(w.message)]
    assert len(told) == 1
    ((_, text),) = points_of(tmp_path)["model/layers"]
    assert told[0] in text.item().decode()
