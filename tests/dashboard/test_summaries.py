"""Every kind of value, written and read back by TensorBoard's own readers."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.distribution.compressor import compress_histogram
from tensorboard.util.tensor_util import make_ndarray

from rnnexp.dashboard import summaries
from rnnexp.dashboard.custom_scalars import custom_scalars_layout
from rnnexp.dashboard.event_file import EventFile
from rnnexp.dashboard.figure_parts import to_png
from rnnexp.dashboard.layer_names import LayerNames


def accumulated(folder):
    events = EventAccumulator(str(folder), size_guidance={"tensors": 0})
    events.Reload()
    return events


@pytest.fixture
def read(tmp_path):
    """Writes one value as "tag" at step 3; gives its array, plugin and description."""

    def back(value):
        events = EventFile(tmp_path)
        events.write([value], 3)
        events.close()
        found = accumulated(tmp_path)
        (event,) = found.Tensors(value.tag)
        assert event.step == 3
        metadata = found.SummaryMetadata(value.tag)
        array = make_ndarray(event.tensor_proto)
        return array, metadata.plugin_data.plugin_name, metadata.summary_description

    return back


def test_a_scalar(read):
    assert read(summaries.scalar("tag", 0.25, "what it is")) == (0.25, "scalars", "what it is")


def test_a_distribution_over_0_to_1(read):
    values = np.array([0.1, 0.24, 0.26, 0.5, 0.9, np.nan])
    array, plugin, _ = read(summaries.distribution("tag", values, bins=4))
    assert plugin == "histograms"
    assert array.tolist() == [[0.1, 0.25, 2], [0.25, 0.5, 1], [0.5, 0.75, 1], [0.75, 0.9, 1]]


def percentiles(array):
    """What the Distributions tab draws of a histogram."""
    return [value for _, value in compress_histogram(array)]


@pytest.mark.parametrize("low", [0.0, 0.31, 0.52])
def test_the_distributions_tab_draws_no_value_outside_of_the_values(low):
    values = np.random.default_rng(0).uniform(low, low + 0.3, size=50)
    found = percentiles(make_ndarray(summaries.distribution("tag", values).tensor))
    np.testing.assert_allclose([found[0], found[-1]], [values.min(), values.max()])
    counts, edges = np.histogram(values, 20, (0, 1))
    found = percentiles(make_ndarray(summaries.counted("tag", counts).tensor))
    assert found[0] == pytest.approx(edges[edges <= values.min()].max())
    assert found[-1] == pytest.approx(edges[edges >= values.max()].min())


def test_without_values_there_is_no_histogram():
    assert summaries.distribution("tag", np.full(3, np.nan)) is None
    assert summaries.counted("tag", np.zeros(4)) is None


def test_equal_values_have_a_bucket_with_a_width(read):
    ((low, high, count),) = read(summaries.distribution("tag", np.full(3, 0.5)))[0]
    assert low <= 0.5 < high
    assert count == 3


def test_a_picture(read):
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 2])
    (width, height, data), plugin, _ = read(summaries.image("tag", *to_png(figure)))
    image = Image.open(io.BytesIO(data))
    assert (plugin, image.format) == ("images", "PNG")
    assert image.size == (int(width), int(height))


def test_a_text(read):
    array, plugin, _ = read(summaries.text("tag", "# δ_t and ‖dL/dh‖"))
    assert (array.item().decode(), plugin) == ("# δ_t and ‖dL/dh‖", "text")


GRU = LayerNames(("h",), "h", ("z", "r"), "new")
LSTM = LayerNames(("h", "c"), "c", ("i", "f", "o"), None)


def test_a_layout(read):
    written = custom_scalars_layout([LSTM, GRU, LSTM])
    array, plugin, _ = read(summaries.scalars_layout(written))
    assert plugin == "custom_scalars"
    found = type(written)()
    found.ParseFromString(array.item())
    assert found == written
    titles = [category.title for category in found.category]
    gates, gradients = (f"Gate {g}" for g in "ifozr"), (f"Gradient dL/d{g}" for g in "hcx")
    assert titles == ["Overview", *gates, *gradients]


def test_values_of_many_steps_and_files_are_read_as_one_curve(tmp_path):
    steps, files = range(240), 120  # so many that their numbers gain a digit or two
    events = EventFile(tmp_path)
    for step in steps:
        events.write([summaries.scalar("a", step), summaries.scalar("b", -step)], step)
        if step % 2:
            events.close()  # what follows goes to a file of its own
    assert len(list(tmp_path.iterdir())) == files
    found = accumulated(tmp_path)
    for tag, sign in (("a", 1), ("b", -1)):
        curve = [(e.step, make_ndarray(e.tensor_proto).item()) for e in found.Tensors(tag)]
        assert curve == [(step, sign * step) for step in steps]


def test_what_is_flushed_is_read_while_the_file_is_open(tmp_path):
    events = EventFile(tmp_path)
    for step in (1, 2):
        events.write([summaries.scalar("a", step)], step)
        events.flush()
        assert [e.step for e in accumulated(tmp_path).Tensors("a")] == list(range(1, step + 1))
    events.close()


def test_without_values_there_is_no_file(tmp_path):
    events = EventFile(tmp_path / "none")
    events.flush()
    events.close()
    assert not list(tmp_path.iterdir())
