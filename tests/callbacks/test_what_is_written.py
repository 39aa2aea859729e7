"""What the callbacks write: every curve, chart and picture once, however many looks go together."""

import keras
import pytest
import xarray
from tensorboard.plugins.custom_scalar import metadata as custom_scalars
from tensorboard.plugins.custom_scalar.layout_pb2 import Layout

from rnnexp import layers
from rnnexp.callbacks import GateStatistics
from rnnexp.dashboard.figure_parts import to_png
from rnnexp.dashboard.figures import layer_figures
from rnnexp.dashboard.history import load_history
from tests.callbacks.training import (
    STEPS,
    M,
    both,
    model_of,
    points_of,
    probe_in,
    train,
    train_and_stop,
)


def test_both_callbacks_leave_every_curve_once_at_every_logged_step(tmp_path):
    train(model_of(layers.LSTM(M, name="unit")), both(tmp_path, 2))
    points = points_of(tmp_path)
    curves = [tag for tag in points if not tag.startswith(("model/", "pictures/", "custom_"))]
    assert {tag.partition("/")[0] for tag in curves} == {"gates", "retention", "gradients"}
    for tag in curves:
        assert [step for step, _ in points[tag]] == [0, 2, 4, 6], tag
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
    assert len(list((tmp_path / "probe").iterdir())) == 1
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
