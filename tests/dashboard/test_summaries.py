"""Every kind of value, written and read back by TensorBoard's own readers."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from rnnexp.dashboard import figures, summaries
from rnnexp.dashboard.custom_scalars import custom_scalars_layout
from rnnexp.dashboard.event_file import EventFile
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
    values = np.array([0, 0.24, 0.26, 0.5, 1, np.nan])
    array, plugin, _ = read(summaries.distribution("tag", values, bins=4))
    assert plugin == "histograms"
    assert array.tolist() == [[0, 0.25, 2], [0.25, 0.5, 1], [0.5, 0.75, 1], [0.75, 1, 1]]


@pytest.mark.parametrize("heights", [[3.0], [1.0, 0.0, 0.5, np.nan, np.inf]])
def test_a_profile_has_t_on_its_axis(heights, read):
    array, plugin, _ = read(summaries.profile("tag", np.array(heights)))
    assert plugin == "histograms"
    low, high, found = array.T
    np.testing.assert_array_equal((low + high) / 2, np.arange(1, len(heights) + 1))
    np.testing.assert_array_equal(found, [h if np.isfinite(h) else 0 for h in heights])


def test_a_picture(read):
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 2])
    (width, height, data), plugin, _ = read(summaries.image("tag", *figures.to_png(figure)))
    image = Image.open(io.BytesIO(data))
    assert (plugin, image.format) == ("images", "PNG")
    assert image.size == (int(width), int(height))


def test_a_text(read):
    array, plugin, _ = read(summaries.text("tag", "# δ_t and ‖dL/dh‖"))
    assert (array.item().decode(), plugin) == ("# δ_t and ‖dL/dh‖", "text")


GRU = LayerNames(("h",), "h", ("z", "r"), "new")
LSTM = LayerNames(("h", "c"), "c", ("i", "f", "o"), None)
WIDE = LayerNames(("y", "s", "u", "v", "w"), "v", ("a", "b", "e", "g", "k", "q"), None)


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


@pytest.mark.parametrize("names", [GRU, LSTM, WIDE], ids=["GRU", "LSTM", "wide"])
def test_the_overview_is_of_the_gradient_at_the_memory(names):
    overview, *_ = custom_scalars_layout([names]).category
    tags = [chart.multiline.tag[0] for chart in overview.chart]
    assert [f"/d_{names.memory}/" in tag for tag in tags].count(True) == 2
    others = set(names.states) - {names.memory}
    assert not any(f"/d_{name}/" in tag for name in others for tag in tags)


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
