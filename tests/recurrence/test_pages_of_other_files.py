"""The page on other files: of wide layers, of fits without settings, of earlier versions."""

import json

import numpy as np
import pytest
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnexp.files.netcdf import write_datasets
from tests.dashboard.served import tensorboard
from tests.recurrence.browser import needs_browser
from tests.recurrence.made import LAYER, layer

pytestmark = needs_browser
WIDE, T, STEPS = 600, 4, (100, 200)
BEST = 501


def wide(title="wide", layer_attributes=LAYER):
    """A layer of many units, of which one carries, measured from step 100."""
    dims, sizes = ("snapshot", "sequence", "kept_time", "unit"), (len(STEPS), 1, T, WIDE)
    carried = np.full(sizes, 0.01, "float32")
    carried[..., BEST] = 0.875
    variables = {
        "unit_carried": (dims, carried),
        "unit_retention": (dims, carried),
        "unit_z": (dims, 1 - carried),
        "unit_h": (dims, np.full(sizes, 0.5, "float32")),
        "horizon": (("step", "gradient"), np.ones((len(STEPS), 1))),
        "carried": (("step", "time"), np.full((len(STEPS), T), 0.5)),
        "gradient_norm": (("step", "gradient", "time"), np.ones((len(STEPS), 1, T))),
    }
    times = list(range(1, T + 1))
    coordinates = {"step": list(STEPS), "snapshot": list(STEPS), "time": times, "kept_time": times}
    labels = {"gradient": ["d_h"], "sequence": [1]}
    return xarray.Dataset(variables, {**coordinates, **labels}, layer_attributes)


def write(folder, dataset, **attributes):
    folder.mkdir()
    root = xarray.Dataset(attrs=attributes)
    write_datasets(folder / "diagnostics.nc", {"gru": dataset}, root)


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    write(folder / "a_wide", wide(), title="wide")
    write(folder / "b_old", layer())
    simple = {**LAYER, "equation": "SimpleRNN", "gates": "[]"}
    nothing = wide(layer_attributes=simple)
    for name in ("unit_carried", "unit_retention"):
        nothing[name][:] = 0
    write(folder / "c_simple", nothing.drop_vars("unit_z"))
    for name, value in {"e_nan": np.nan, "f_infinite": np.inf}.items():
        diverged = wide()
        for variable in diverged.variables.values():
            if "step" in variable.dims[:-1] or "snapshot" in variable.dims[:-1]:
                variable[1:] = value
        write(folder / name, diverged)
    for seed in (0, 1):
        write(folder / f"d_{seed}", wide(), settings=json.dumps({"rate": 0.1, "seed": seed}))
    with tensorboard(folder) as served:
        yield served


def test_of_a_wide_layer_the_unit_that_carries_is_named(open_page):
    page = open_page("&run=a_wide")
    sentence = page.frame.locator(".summary").text_content()
    assert f"unit {BEST} brings the largest amount" in sentence
    assert "88 % of its memory then (step 100 88 %)" in sentence  # 0.875 of 0.5
    page.wait_for("unit", f"gates of unit {BEST}")
    assert f"unit {BEST}," in page.tip_at("gates", 0.5, 0.4 / WIDE)


def test_a_file_of_an_earlier_version_shows_what_it_has(open_page):
    page = open_page("&run=b_old")
    for panel in ("units", "gates", "unit", "distribution", "terms", "equations"):
        note = page.frame.locator(f"#{panel} .note")
        note.filter(has_text="The file has no").wait_for()


def test_a_unit_without_gates_says_so(open_page):
    page = open_page("&run=c_simple")
    for panel in ("units", "gates"):
        page.frame.locator(f"#{panel} .note", has_text="This unit has no gates").wait_for()
    assert "no unit carries" not in page.frame.locator(".summary").text_content()


@pytest.mark.parametrize("run", ["e_nan", "f_infinite"])
def test_a_training_that_diverged_is_called_so(run, open_page):
    page = open_page(f"&run={run}&off=a_wide|b_old|c_simple|d_0|d_1")
    sentence = page.frame.locator(".summary").text_content()
    assert "not finite at step 200" in sentence and "no unit carries" not in sentence
    page.frame.locator("output", has_text="step 200").wait_for()
    page.window.keyboard.press("Home")
    page.settle()
    sentence = page.frame.locator(".summary").text_content()
    assert f"unit {BEST} brings the largest amount" in sentence


def test_runs_without_settings_are_not_taken_for_seeds_of_one(open_page):
    legend = open_page("&run=a_wide").text("memory")
    assert all(f"{name} (1)" in legend for name in ("a_wide", "b_old", "c_simple"))
    assert "(2)" in legend  # the two seeds


def test_a_group_has_one_colour_whichever_runs_are_ticked(open_page):
    def colour(page):
        page.wait_for("memory", "all runs (2)")
        text = page.frame.locator("#memory svg text", has_text="all runs (2)")
        return text.evaluate("text => text.previousElementSibling.getAttribute('stroke')")

    all_ticked = open_page("&run=d_0")
    few_ticked = open_page("&run=d_0&off=a_wide|b_old|c_simple")
    assert colour(all_ticked) == colour(few_ticked)
    swatch = few_ticked.frame.locator("nav li.primary .swatch")
    shown = swatch.evaluate("swatch => getComputedStyle(swatch).backgroundColor")
    hexadecimal = "#" + "".join(f"{int(part):02x}" for part in shown[4:-1].split(","))
    assert hexadecimal == colour(few_ticked)


curves = st.lists(
    st.dictionaries(st.integers(0, 20), st.floats(-10, 10, width=16), min_size=1, max_size=6),
    min_size=1,
    max_size=5,
)


def test_median_and_range_are_those_of_the_interpolated_curves(open_page):
    page = open_page("&run=a_wide")

    @settings(max_examples=40, deadline=None)
    @given(curves)
    def agrees(curves):
        lists = [sorted(curve.items()) for curve in curves]
        found = page.frame.evaluate(
            "lists => import('./groups.js').then(groups => groups.medianAndRange(lists))", lists
        )
        xs, expected = sorted({x for curve in curves for x in curve}), []
        for x in xs:
            inside = [c for c in lists if c[0][0] <= x <= c[-1][0]]
            if 2 * len(inside) >= len(lists):
                values = [np.interp(x, *zip(*c, strict=True)) for c in inside]
                expected.append((x, np.median(values), min(values), max(values)))
        points = [(x, median) for x, median, _, _ in expected]
        assert_equal(found["points"], points, 2)
        if len(curves) > 1:
            band = [(x, low, high) for x, _, low, high in expected]
            assert_equal(found["band"], band, 3)

    agrees()


def assert_equal(found, expected, width):
    """That two lists of rows are equal, which may be empty."""
    rows = [np.reshape(each, (-1, width)) for each in (found, expected)]
    np.testing.assert_allclose(*rows, atol=1e-9)
