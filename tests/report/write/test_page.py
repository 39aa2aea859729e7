"""The page as a browser would take it: whole in itself, with every figure and number in it."""

import re
import struct
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from urllib.parse import unquote

import pandas as pd
import pytest

from rnnexp.cli import main
from rnnexp.report.write.number_format import format_number, format_percent, format_small_share
from tests.report.folders import make_run, make_sweep

ODD = "javascript:alert(1)#a?b %41"
NASTY = "<script>alert(1)</script> & more"


class Page(HTMLParser):
    """Everything a browser would look at: tags, attributes, ids, the words of table cells."""

    def __init__(self, path):
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.tags, self.attributes, self.words = [], [], []
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, data):
        self.words.append(data.strip())

    def of(self, name):
        return [value for key, value in self.attributes if key == name]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a report on a sweep, a second task, and runs that have not completed."""
    root = tmp_path_factory.mktemp("made")
    make_sweep(root / "runs", ["GRU", "SimpleRNN"])
    error = {"task._target_": "rnnexp.tasks.Adding"}
    adding = {"metric": "mean_squared_error", "baseline": 1 / 6, "score": 0.01}
    make_run(root / "runs" / "adding", unit="LSTM", summary=adding, **error)
    make_run(root / "runs" / "broken", seed=7, summary={"state": "failed", "error": NASTY})
    make_run(root / "runs" / "stopped", seed=8, summary={"state": "interrupted", "steps": 11})
    make_run(root / "runs" / ODD, seed=9, diagnostics=False)
    assert main(["report", str(root / "runs"), "--out", str(root / "out")]) == 0
    return root / "out"


@pytest.fixture(scope="module")
def page(made):
    return Page(made / "index.html")


def test_the_page_asks_for_nothing_from_outside(page):
    """No element or style fetches anything: what refers, refers to the page itself."""
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    refers = [value for name in ("src", "xlink:href", "srcset") for value in page.of(name)]
    refers += re.findall(r"url\((.*?)\)", page.text)
    assert refers
    assert all(value.startswith("#") for value in refers)
    assert "@import" not in page.text


def test_every_run_has_a_link_to_its_folder(made, page):
    links = {(made / unquote(link)).resolve() for link in page.of("href") if link[0] != "#"}
    assert links == {path.parent for path in (made.parent / "runs").rglob("config.yaml")}
    assert not any(set(":?#") & set(link[1:]) for link in page.of("href"))


def test_every_reference_has_its_own_target(page):
    ids = page.of("id")
    assert len(ids) == len(set(ids))
    wanted = {v[1:] for v in [*page.of("xlink:href"), *re.findall(r"url\((.*?)\)", page.text)]}
    assert wanted <= set(ids)


def test_it_follows_the_reader_into_the_dark(page):
    assert "prefers-color-scheme: dark" in page.text
    drawn = "".join(re.findall(r"<svg.*?</svg>", page.text, re.DOTALL))
    # Black is what Matplotlib and SVG fall back to, and a dark page would swallow.
    colours = set(re.findall(r"(?:fill|stroke): (#\w+)", drawn))
    assert not colours, "not a variable of the page"


def test_every_figure_is_in_the_page_and_beside_it(made, page):
    svgs = sorted(path.stem for path in (made / "figures").glob("*.svg"))
    assert svgs == sorted(path.stem for path in (made / "figures").glob("*.png"))
    assert set(svgs) <= set(page.of("id"))
    assert page.tags.count("svg") == page.tags.count("figcaption") == len(svgs)
    for task in ("FirstToken", "Adding"):
        names = {name.removeprefix(f"{task}_") for name in svgs if name.startswith(task)}
        assert names >= {
            "scores",
            "horizon",
            "learning",
            "forgetting",
            "horizon_over_training",
            "gradient",
            "gates",
            "units",
            "retention",
            "carried",
            "cost",
        }


def test_the_files_are_what_they_are_called(made):
    for path in (made / "figures").iterdir():
        if path.suffix == ".svg":
            root = ElementTree.parse(path).getroot()
            assert root.tag.endswith("svg")
            assert "http" not in "".join(v for e in root.iter() for v in e.attrib.values())
        else:
            head = path.read_bytes()[:24]
            assert head[:8] == b"\x89PNG\r\n\x1a\n"
            assert min(struct.unpack(">II", head[16:24])) > 200


def test_every_number_of_the_table_is_in_the_page(made, page):
    groups = pd.read_csv(made / "groups.csv")
    assert len(groups) == 5
    for _, row in groups.iterrows():
        shown = format_percent if row["metric"] == "accuracy" else format_number
        assert shown(row["score_mean"]) in page.words
        assert f"{row['solved']} of {row['runs_completed']}" in page.words
        assert format_number(row["parameters"]) in page.words
        if row["runs_completed"] > 1 and row["metric"] == "accuracy":
            ends = f"[{100 * row['score_low']:.1f}, {100 * row['score_high']:.1f}]"
            assert ends in page.words


def test_the_groups_are_what_pandas_makes_of_the_runs(made):
    """From runs.csv alone: folders are named by unit, length and seed."""
    runs = pd.read_csv(made / "runs.csv")
    runs = runs[(runs["state"] == "completed") & (runs["metric"] == "accuracy")]
    parts = runs["folder"].str.extract(r"(?P<unit>[A-Za-z]+)_(?P<length>\d+)_\d$")
    parts = parts.fillna({"unit": "GRU", "length": "10"})  # the one with an odd name
    by = runs.assign(unit=parts["unit"], length=parts["length"].astype(int)).groupby(
        ["unit", "length"]
    )
    expected = by.agg(
        score_mean=("score", "mean"),
        runs_completed=("score", "size"),
        seconds_median=("seconds", "median"),
    )
    expected["solved"] = by["solved"].apply(lambda solved: (solved == True).sum())  # noqa: E712
    groups = pd.read_csv(made / "groups.csv")
    groups = groups[groups["task"] == "FirstToken"].set_index(["unit", "length"])
    found = groups[list(expected)].sort_index()
    pd.testing.assert_frame_equal(found, expected.sort_index(), check_dtype=False)
    broken = groups.loc[("GRU", 10)]
    assert broken["runs_not_completed"] == 2


def test_what_has_not_completed_is_there_with_its_reason(page):
    text = " ".join(page.words)
    assert "2 of 16 runs have not completed: 1 failed, 1 interrupted." in text
    assert NASTY in text
    assert "stopped after 11 steps" in text
    assert "1 of 13 completed runs have no diagnostics" in text


def test_what_a_run_says_is_never_markup(page):
    assert "<script>" not in page.text


def test_how_much_and_which_interval_is_said(page):
    text = " ".join(page.words)
    assert "95 % t interval" in text
    assert "95 % Wilson interval" in text
    assert "n = 3 to 4 seeds per mark" in text


def test_a_share_near_the_whole_is_written_as_one():
    for thousandth in range(1, 1001):
        text = format_small_share(thousandth / 1000)
        number = float(text.removesuffix(" %"))
        assert "e" not in text
        assert abs(number - thousandth / 10) <= 0.5


@pytest.mark.parametrize("size", [1e-9, 2e-7, 9e-4])
def test_a_tiny_share_is_written_without_a_power(size):
    assert format_small_share(size) == "< 0.1 %"
    assert format_small_share(-size) == "> -0.1 %"
