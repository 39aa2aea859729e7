"""What a reader sees in TensorBoard's tab Recurrence, and what a click changes."""

import io
import re
import shutil
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image

from rnnexp.dashboard.history import load_history
from tests.dashboard.served import tensorboard
from tests.recurrence.browser import Tab, needs_browser, numbers_in
from tests.recurrence.trained import STEPS, M, train, train_on

pytestmark = needs_browser
HTML = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def logdir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    for seed in (0, 1):
        train(folder / f"run_{seed}", seed)
    shutil.copytree(folder / "run_1", folder / HTML)
    broken = folder / "truncated" / "diagnostics.nc"
    broken.parent.mkdir()
    broken.write_bytes((folder / "run_0" / "diagnostics.nc").read_bytes()[:3000])
    return folder


@pytest.fixture(scope="module")
def layer(logdir):
    return load_history(logdir / "run_0" / "diagnostics.nc")["recurrent"]


@pytest.fixture(scope="module")
def board(logdir):
    with tensorboard(logdir) as served:
        yield served


@pytest.fixture
def page(open_page):
    return open_page("&run=run_0")


@pytest.fixture
def tab(open_page):
    return open_page("&run=run_0", Tab)


def test_the_tab_is_listed_as_active(board):
    listed = board.json("plugins_listing")["recurrence"]
    assert listed["enabled"] and listed["tab_name"] == "Recurrence"


def test_a_first_view_draws_every_panel_and_sends_less_than_two_megabytes(page):
    panels = [of.get_attribute("id") for of in page.frame.locator(".panel").all()]
    assert len(panels) == 11
    for panel in panels:
        page.drawn(panel)
    assert page.frame.locator("h2").text_content() == "LSTM learns noise, seed 0"
    assert 0 < page.bytes < 2e6


@pytest.mark.parametrize("nth, name", list(enumerate(["carried", "retention", "i", "f", "o"])))
def test_the_gates_are_those_of_the_file(nth, name, page, layer):
    tip = page.tip_at("gates", 0.75, 0.5, nth)
    unit, t, *_, shown = numbers_in(tip)
    at = layer[f"unit_{name}"].sel(snapshot=STEPS, sequence=1, kept_time=t).isel(unit=int(unit))
    assert shown == pytest.approx(at.item(), rel=6e-3, abs=1e-6)  # three digits


def test_the_gradients_are_those_of_the_file(page, layer):
    tip = page.tip_at("gradient-map", 0.4, 0.5)
    t, step, shown = numbers_in(tip)
    norm = layer["gradient_norm"].sel(gradient="d_c", time=t, step=step).item()
    assert shown == pytest.approx(norm, rel=6e-2)  # two digits


def test_the_bars_of_the_terms_sum_to_the_whole(page, layer):
    whole = np.square(layer["input_term_along"].sel(step=STEPS)).sum().item()
    assert whole > 0
    told = re.search(r"add up to (\S+)\)", page.text("terms")).group(1)
    sum_ = layer["input_term_along"].sel(step=STEPS).sum().item()
    assert float(told) == pytest.approx(sum_, rel=6e-3)


def test_units_stand_in_the_order_of_what_they_carry(page, layer):
    at = layer.sel(snapshot=STEPS, sequence=1, kept_time=1)
    amounts = (np.abs(at["unit_c"]) * at["unit_carried"]).values
    rows = [numbers_in(page.tip_at("units", 0.97, (row + 0.5) / M))[0] for row in range(M)]
    assert rows == np.argsort(-amounts, kind="stable").tolist()


def test_a_click_on_a_unit_changes_every_linked_panel(page):
    page.click("units", 0.97, 0.5 / M)
    page.click("gates", 0.75, (M - 0.5) / M)
    (unit, t, *_) = numbers_in(page.tip_at("gates", 0.75, (M - 0.5) / M))
    page.wait_for("unit", f"gates of unit {unit:.0f}")
    page.wait_for("sequence", f"carried by unit {unit:.0f}")
    page.wait_for("distribution", f"at t = {t:.0f}")
    assert f"unit={unit:.0f}" in page.window.url and f"t={t:.0f}" in page.window.url


def test_a_click_on_a_training_step_changes_every_linked_panel(page):
    page.click("gradient-map", 0.5, 0.5 / (STEPS + 1))
    output = page.frame.locator("output", has_text="before training")
    output.wait_for()
    sentence = page.frame.locator(".summary", has_text="timesteps back.")
    sentence.wait_for()
    assert "step=0" in page.window.url


def test_a_view_is_an_address(open_page, tab):
    tab.frame.get_by_role("button", name="run_1").click()
    tab.frame.locator("h2", has_text="seed 1").wait_for()
    tab.click("gates", 0.75, 0.5 / M)
    tab.frame.locator("#sequence select").select_option("2")
    tab.frame.locator("#gradient-map select").select_option("d_h")
    tab.window.wait_for_url("**gradient=d_h*")
    tab.settle()
    assert "carried by unit" in tab.text("sequence")
    view = tab.window.url.partition("#recurrence")[2]
    other = open_page(view, Tab)
    for panel in ("h2", "output", "#unit svg", "#sequence svg", "#gradient-map svg"):
        texts = [page.frame.locator(panel).text_content() for page in (tab, other)]
        assert texts[0] == texts[1]
    assert other.frame.locator("#sequence select").input_value() == "2"


def test_everything_is_reached_by_the_keyboard(page):
    page.drawn("unit")
    page.frame.locator("#unit").focus()
    page.window.keyboard.press("ArrowLeft")
    page.frame.locator("output", has_text=f"step {STEPS - 1}").wait_for()
    page.window.keyboard.press("Home")
    page.frame.locator("output", has_text="before training").wait_for()
    page.window.keyboard.press("End")
    page.frame.locator("output", has_text="following").wait_for()
    page.window.keyboard.press(".")
    page.wait_for("distribution", "at t = 2")
    before = page.text("unit")
    page.window.keyboard.press("ArrowDown")
    page.window.wait_for_url("**unit=*")
    page.frame.wait_for_function(
        "before => document.querySelector('#unit').textContent !== before", arg=before
    )
    page.window.keyboard.press("Home")
    page.window.keyboard.press(" ")
    page.frame.locator("output", has_text="following").wait_for()  # played to the end


@pytest.mark.parametrize("first", [0, 1])  # Chromium saves ten files of a page at most
@pytest.mark.parametrize("kind", ["PNG", "SVG"])
def test_every_panel_can_be_saved(kind, first, page):
    for panel in page.frame.locator(".panel").all()[first::2]:
        name = panel.get_attribute("id")
        page.drawn(name)
        with page.window.expect_download() as started:
            panel.get_by_role("button", name=f"Save {name} as {kind}").click()
        file = f"run_0_step{STEPS}_{name}.{kind.lower()}"
        assert started.value.suggested_filename == file
        content = started.value.path().read_bytes()
        if kind == "SVG":
            svg = ElementTree.fromstring(content)
            assert svg.tag == "{http://www.w3.org/2000/svg}svg"
            label = "LSTM learns noise, seed 0 · recurrent, T = 6 · step 4"
            assert label in "".join(svg.itertext())
        else:
            assert len(Image.open(io.BytesIO(content)).convert("L").getcolors(256)) > 10


def test_it_is_dark_where_tensorboard_is(tab):
    def colour():
        return tab.frame.evaluate("getComputedStyle(document.body).backgroundColor")

    light = colour()
    tab.window.evaluate("document.body.classList.add('dark-mode')")
    tab.frame.wait_for_selector("html[data-theme=dark]", state="attached")
    assert sum(numbers_in(colour())) < sum(numbers_in(light)) / 2


def test_a_name_with_html_is_shown_and_not_executed(open_page):
    other = open_page(f"&run={HTML}")
    assert HTML in other.frame.locator("nav").text_content()
    other.drawn("memory")
    assert other.frame.locator("nav img").count() == 0
    assert other.problems == []


def test_a_damaged_file_is_named_with_its_reason(page):
    told = page.frame.locator(".problems").text_content()
    assert re.search(r"truncated: diagnostics.nc cannot be read \(.+\)", told)


def test_seeds_of_one_setting_are_one_curve(page):
    assert re.search(r"\(3\)", page.text("memory"))  # run_0, run_1 and the copy of it
    page.frame.get_by_label("Compare run_1").uncheck()
    page.wait_for("memory", "(2)")
    assert "off=run_1" in page.window.url


def test_a_page_that_is_left_alone_keeps_what_it_shows(page):
    before = page.text("memory")
    page.window.clock.install()
    page.frame.evaluate("document.querySelector('#memory svg').setAttribute('class', 'old')")
    page.window.clock.fast_forward(40_000)  # it asks for new scores
    page.frame.wait_for_selector("#memory svg:not(.old)")
    assert page.text("memory") == before
    page.frame.get_by_label("Filter runs").fill("run")
    background = "swatch => getComputedStyle(swatch).backgroundColor"
    swatch = page.frame.locator("nav li.primary .swatch")
    assert swatch.evaluate(background) != "rgba(0, 0, 0, 0)"


def test_an_address_of_a_run_that_is_not_here_says_so(open_page):
    page = open_page("&run=gone&unit=1.5&step=Infinity&t=x")
    assert "The run “gone” is not here" in page.frame.locator(".summary").text_content()
    page.drawn("unit")
    assert page.problems == []


def test_the_browsers_back_button_goes_back_to_the_selection_before(tab):
    tab.drawn("unit")
    tab.window.wait_for_timeout(1100)  # quicker changes are one entry of the history
    tab.frame.get_by_role("button", name="run_1").click()
    tab.frame.locator("h2", has_text="seed 1").wait_for()
    tab.window.go_back()
    tab.frame.locator("h2", has_text="seed 0").wait_for()


def test_a_run_that_begins_later_appears_and_grows(page, logdir):
    train(logdir / "run_2", 2)
    whole = (logdir / "run_2" / "diagnostics.nc").read_bytes()
    try:
        page.frame.get_by_role("button", name="run_2").click()
        page.frame.locator("h2", has_text="seed 2").wait_for()
        page.frame.locator("output", has_text=f"measurement {STEPS + 1} of {STEPS + 1}").wait_for()
        train_on(logdir / "run_2")
        page.frame.locator("output", has_text=f"of {2 * STEPS + 1}, following").wait_for()
        assert (logdir / "run_2" / "diagnostics.nc").read_bytes() != whole
    finally:
        page.window.goto("about:blank")
        shutil.rmtree(logdir / "run_2")
