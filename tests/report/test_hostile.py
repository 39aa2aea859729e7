"""Names and values that would like to be more than text: everywhere a report shows some."""

import csv
import itertools
import json
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import numpy as np
import pytest
import yaml

from rnnexp.cli import main
from tests.report.folders import config, layer, make_run, write_diagnostics

TAG = "<img src=x onerror=alert(1)>\"'&amp;"
MATH = r"$\frac{1}{0}$ $_x^$"
ACTS = "a\x00b\nc\td\x1b[31me\u202ef\u2028g\ufeffh\x85i\ufffej"
FORMULA = "=HYPERLINK(1)"
LONE = "half \ud800 a pair"
LONG = "long " * 20_000  # four times in a config of at most 1 MiB
NAMES = (
    TAG,
    MATH,
    ACTS,
    FORMULA,
    LONE,
    LONG,
    "_hidden",
    "漢字 👩\u200d💻",
    "-2",
    "+3",
    "@x",
    " =4",
    "%s{0}",
)
AWAY = ("../../../up", "/etc/passwd", "CON", ".hidden", "a/b", "a?b", "x" * 300, "…", "")
ACTING = ("Cc", "Cs", "Zl", "Zp")


def hostile(folder, number, name):
    """A completed run that has the name wherever it can have one."""
    rng = np.random.default_rng(number)
    make_run(folder, number, diagnostics=False, summary={"error": name, "versions": {name: name}})
    in_hdf5 = name.replace("\0", "").replace("\ud800", "")[:5000]
    found = layer(rng, "GRU", 10).assign_coords(gate=[in_hdf5, "r"])
    found.attrs["update_gate"] = in_hdf5
    write_diagnostics(folder, {"recurrent_1": found})
    values = config("GRU", 10, number)
    values["model"]["layer"]["_target_"] = f"mine.{name}"
    values["optimizer"]["_target_"] = f"mine.{name}"
    values["trainer"][name] = name
    values["trainer"]["schedule"] = name
    (folder / "config.yaml").write_text(yaml.safe_dump(values))


class Page(HTMLParser):
    """The tags, attributes and words that a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += [name for name, _ in attributes]

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module", params=[2, pytest.param(None, marks=pytest.mark.slow)])
def made(request, tmp_path_factory):
    """Reports on runs of some names or all, and of tasks whose names lead elsewhere; the names."""
    root = tmp_path_factory.mktemp("hostile")
    names, away = NAMES[: request.param], AWAY[: request.param]
    for i, name in enumerate(names):
        # What is no letter on the disk either, where Python has half a pair for it.
        folder = re.sub("[\0/]", "", name.replace("\ud800", "\udc80"))[:60]
        hostile(root / "runs" / f"{i}{folder}", i, name)
    for i, name in enumerate(away):
        target = {"task._target_": f"mine.{name}"}
        path = (
            make_run(root / "runs" / f"away_{i}", i, diagnostics=False, **target) / "summary.json"
        )
        path.write_text(json.dumps({**json.loads(path.read_text()), "metric": NAMES[i]}))
    assert main(["report", str(root / "runs"), "--out", str(root / "deep" / "out")]) == 0
    return root / "deep" / "out", names, away


def texts(out):
    """Everything a reader may open, but the pictures of dots."""
    paths = [path for path in out.rglob("*") if path.suffix in (".svg", ".html", ".csv")]
    return {path: path.read_text("utf-8") for path in paths}


def shown(name):
    """How a short name is to stand where text is read: as it is, but for what acts."""
    acts = {c for c in name if unicodedata.category(c) in (*ACTING, "Cf") and c != "\u200d"}
    for c in {*acts, *(set(name) & {"\ufffe"})}:
        name = name.replace(c, c.encode("unicode_escape").decode())
    return name


def without_spaces(text):
    return "".join(text.split())


def test_no_character_acts(made):
    for path, text in texts(made[0]).items():
        acting = {c for c in text if unicodedata.category(c) in ACTING and c != "\n"}
        assert not acting, path
        assert not re.search("[\u202a-\u202e\u2066-\u2069\ufeff\ufffe]", text), path


def test_the_page_has_the_tags_and_attributes_that_it_has_without_them(made, tmp_path):
    make_run(tmp_path / "run")
    assert main(["report", str(tmp_path)]) == 0
    out, names, _ = made
    plain, page = (
        Page((place / "index.html").read_text("utf-8")) for place in (tmp_path / "report", out)
    )
    assert page.tags - plain.tags <= {"small"}
    assert set(page.attributes) == set(plain.attributes)
    words = " ".join(page.words)
    for name in names:
        assert name is LONG or shown(name).strip() in words


def test_every_figure_is_a_file_of_its_own_in_its_folder(made):
    out, _, away = made
    assert {path.name for path in out.parent.iterdir()} == {"out"}
    assert {path.name for path in out.iterdir()} == {
        "figures",
        "differences.csv",
        "groups.csv",
        "runs.csv",
        "index.html",
    }
    files = [path.name for path in (out / "figures").iterdir()]
    assert sum(name.endswith("_scores.svg") for name in files) == 1 + len(away)
    assert len({name.casefold() for name in files}) == len(files)
    for name in files:
        assert re.fullmatch(r"\w[\w=-]*\.(svg|png)", name)
        assert len(name) < 60


def test_the_words_of_a_figure_are_the_names_themselves(made):
    out, names, _ = made
    (path,) = (out / "figures").glob("FirstToken*_cost.svg")
    root = ElementTree.parse(path)
    words = {"".join(element.itertext()) for element in root.iter()}
    # A long name stands on several lines, which are broken at spaces if possible.
    whole = without_spaces("".join(root.getroot().itertext()))
    for name in names:
        assert name is LONG or without_spaces(shown(name).rpartition(".")[2]) in whole
    assert not any(len(word) > 200 for word in words if "\n" not in word)


def test_a_spreadsheet_computes_nothing_and_numbers_are_numbers(made):
    out, names, away = made
    for name in ("groups.csv", "runs.csv"):
        with (out / name).open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        for text in itertools.chain(head, *rows):
            assert "\n" not in text
            assert len(text) <= 1010
            try:
                float(text)
            except ValueError:
                assert not text.lstrip().startswith(("=", "+", "-", "@"))
    whole = {row[head.index("seed")] for row in rows}
    assert whole == {str(i) for i in range(max(len(names), len(away)))}
