"""The report as a person gets it: a page that needs no other, figures, tables, plain mistakes."""

import importlib
import inspect
import json
import os
import pkgutil
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pandas as pd
import pytest

from rnnexp.cli import main
from rnnexp.report import figures
from rnnexp.report.command import PICTURES
from rnnexp.report.notes import notes
from rnnexp.report.numbers import number, percent
from rnnexp.report.page import page as page_of
from rnnexp.report.runs import read_runs
from rnnexp.report.sections import sections
from tests.command import command, environment
from tests.report.folders import make_run, make_sweep

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
    told = {"metric": "mean_squared_error", "baseline": 1 / 6, "score": 0.01}
    make_run(root / "runs" / "adding", unit="LSTM", told=told, **error)
    make_run(root / "runs" / "broken", seed=7, told={"state": "failed", "error": NASTY})
    make_run(root / "runs" / "stopped", seed=8, told={"state": "interrupted", "steps": 11})
    make_run(root / "runs" / "bare", seed=9, inside=False)
    assert main(["report", str(root / "runs"), "--out", str(root / "out")]) == 0
    return root / "out"


@pytest.fixture(scope="module")
def page(made):
    return Page(made / "index.html")


def test_the_page_asks_for_nothing_from_outside(page):
    """No element or style fetches anything: what refers, refers to the page itself."""
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    refers = [value for name in ("src", "href", "xlink:href", "srcset") for value in page.of(name)]
    refers += re.findall(r"url\((.*?)\)", page.text)
    assert refers
    assert all(value.startswith("#") for value in refers)
    assert "@import" not in page.text


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
            "far",
            "learning",
            "forgetting",
            "reach",
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
        shown = percent if row["metric"] == "accuracy" else number
        assert shown(row["score_mean"]) in page.words
        assert f"{row['solved']} of {row['runs_completed']}" in page.words
        assert number(row["parameters"]) in page.words
        if row["runs_completed"] > 1 and row["metric"] == "accuracy":
            ends = f"[{100 * row['score_low']:.1f}, {100 * row['score_high']:.1f}]"
            assert ends in page.words


def test_the_groups_are_what_pandas_makes_of_the_runs(made):
    """From runs.csv alone: folders are named by unit, length and seed."""
    runs = pd.read_csv(made / "runs.csv")
    runs = runs[(runs["state"] == "completed") & (runs["metric"] == "accuracy")]
    parts = runs["folder"].str.extract(r"(?P<unit>[A-Za-z]+)_(?P<length>\d+)_\d$")
    parts = parts.fillna({"unit": "GRU", "length": "10"})  # the one called bare
    by = runs.assign(unit=parts["unit"], length=parts["length"].astype(int)).groupby(
        ["unit", "length"]
    )
    expected = by.agg(
        score_mean=("score", "mean"),
        runs_completed=("score", "size"),
        seconds_median=("seconds", "median"),
    )
    expected["solved"] = by["solved"].apply(lambda told: (told == True).sum())  # noqa: E712
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


def test_every_figure_that_exists_is_drawn():
    """All functions of the figures' modules that give a picture of a section, by existing."""
    found = set()
    for module in pkgutil.iter_modules(figures.__path__, "rnnexp.report.figures."):
        for name, function in inspect.getmembers(importlib.import_module(module.name)):
            public = inspect.isfunction(function) and not name.startswith("_")
            if public and list(inspect.signature(function).parameters) == ["section"]:
                found |= {function} if "Picture" in str(inspect.signature(function)) else set()
    assert found == set(PICTURES)


def test_the_same_runs_make_the_same_files(tmp_path):
    make_run(tmp_path / "run", inside=False)
    for out in ("one", "two"):
        assert main(["report", str(tmp_path / "run"), "--out", str(tmp_path / out)]) == 0
    texts = [path for path in (tmp_path / "one").rglob("*.[hsc]*") if path.is_file()]
    assert len(texts) > 5
    for path in texts:
        again = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "expected rnnexp report DIR"),
        (["nowhere"], "no such folder"),
        (["empty"], "no run found"),
        (["foreign"], "no run found"),
        (["empty", "--foo"], "--foo"),
        (["runs", "--out", "file"], "--out FOLDER"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(
    arguments, says, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    make_run("runs/one", inside=False)
    (tmp_path / "empty").mkdir()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "config.yaml").write_text("title: my site\n")
    (tmp_path / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    assert main(["report", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("rnnexp: ")
    assert says in err
    assert sorted(tmp_path.rglob("*")) == before


def test_only_runs_that_failed_make_a_page_all_the_same(tmp_path):
    make_run(tmp_path / "run", inside=False, told={"state": "failed", "error": "no luck"})
    (tmp_path / "run" / "metrics.csv").unlink()
    assert main(["report", str(tmp_path)]) == 0
    assert "no luck" in (tmp_path / "report" / "index.html").read_text()
    assert not list((tmp_path / "report" / "figures").iterdir())


@pytest.mark.parametrize("value", [None, "words", -1, 1e100, [], {}, True])
def test_whatever_a_summary_says_there_is_a_page(value, tmp_path):
    """Drawing apart, which takes a second: every number on the page, in every place."""
    told = json.loads((make_run(tmp_path / "whole") / "summary.json").read_text())
    for i, key in enumerate(told):
        path = make_run(tmp_path / key, i, inside=False) / "summary.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    runs = read_runs([tmp_path])
    assert len(runs) == 1 + len(told)
    html = page_of([str(tmp_path)], runs, notes(runs, []), [(s, {}) for s in sections(runs)])
    assert html.count("<tr>") > len(runs)


def test_whatever_a_table_of_metrics_says_there_is_a_page(tmp_path):
    path = make_run(tmp_path / "run", inside=False) / "metrics.csv"
    path.write_text("step,val_accuracy\n20,0.5\n20,0.6\nmany,0.7\n40,high\n60,\n80,inf\n")
    assert main(["report", str(tmp_path)]) == 0
    assert (tmp_path / "report" / "figures" / "learning.svg").exists()


def test_one_run_is_enough(tmp_path):
    make_run(tmp_path / "run")
    assert main(["report", str(tmp_path / "run"), "--out", str(tmp_path / "out")]) == 0
    (row,) = pd.read_csv(tmp_path / "out" / "groups.csv").to_dict("records")
    told = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert row["score_mean"] == pytest.approx(told["score"])
    assert pd.isna(row["score_low"])


def test_nothing_of_tensorflow_is_imported(tmp_path):
    make_run(tmp_path / "run", inside=False)
    script = (
        "import sys; from rnnexp.cli import main; assert main(['report', 'run']) == 0;"
        "sys.exit(', '.join({'tensorflow', 'keras', 'hydra'} & set(sys.modules)) or 0)"
    )
    asked = [sys.executable, "-c", script]
    shown = subprocess.run(asked, cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert (shown.returncode, shown.stderr) == (0, "")


@pytest.mark.slow
def test_two_hundred_runs_take_less_than_twenty_seconds(tmp_path):
    make_sweep(tmp_path / "runs", lengths=(10, 50, 100, 200), seeds=range(17))
    before = os.times()
    assert command("report", "runs", cwd=tmp_path).returncode == 0
    after = os.times()
    # Of the processor, one core: what others do on the machine at the time is not the report's.
    took = after.children_user + after.children_system
    assert took - before.children_user - before.children_system < 20
    assert len(pd.read_csv(tmp_path / "runs" / "report" / "runs.csv")) == 204
