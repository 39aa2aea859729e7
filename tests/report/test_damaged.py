"""Runs with damaged or foreign files are reported and left out, without harm to the others."""

import contextlib
import io
import re
import time
from html.parser import HTMLParser

import pandas as pd
import pytest

from rnnexp.cli import main
from rnnexp.report.aggregate.tables import groups_table
from rnnexp.report.group.sections import group_runs
from rnnexp.report.read.runs import read_runs
from tests.report.damaged import FILES, damages
from tests.report.folders import make_run

KINDS = dict(damages())
GOOD = [{"seed": seed, "unit": unit} for unit in ("GRU", "LSTM") for seed in (0, 1, 2)]
SECONDS = 20  # of the processor, for 200 damaged runs and the figures of all others


class Words(HTMLParser):
    """The words of a page."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_data(self, data):
        self.found.add(data.strip())


def named(kind):
    return f"{list(KINDS).index(kind)}_{re.sub('[^a-zA-Z0-9]+', '_', kind)}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Good runs alone, and others among all that may have become of one."""
    root = tmp_path_factory.mktemp("made")
    for run in GOOD:
        for place in ("alone", "among"):
            make_run(root / place / f"good_{run['unit']}_{run['seed']}", **run)
    for i, (kind, damage) in enumerate(KINDS.items()):
        # One more witness for a group that there is: were it counted, its numbers would change.
        inside = kind.startswith("diagnostics")
        damage(make_run(root / "among" / named(kind), 100 + i, "LSTM", diagnostics=inside))
    return root


@pytest.fixture(scope="module")
def output(made):
    """What the command said of the runs among which some are damaged."""
    begun = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert main(["report", str(made / "among"), "--out", str(made / "after")]) == 0
    assert time.process_time() - begun < SECONDS
    return said.getvalue().splitlines()


def of_the_score(kind):
    """Whether no score is left to count: not so where only curves are damaged."""
    return not kind.startswith(("metrics", "diagnostics"))


def test_there_are_many_kinds():
    assert len(KINDS) >= 150


@pytest.mark.slow
def test_every_damaged_run_is_named_on_the_terminal_with_what_is_wrong(output):
    for kind in KINDS:
        label = "left out" if of_the_score(kind) else "read in part"
        (line,) = [line for line in output if f"/{named(kind)}: " in line]
        assert line.startswith(label)
        (file,) = [name for name in FILES if name[:4] == kind[:4]]
        assert file in line
    assert not any("good_" in line for line in output)


@pytest.mark.slow
def test_every_damaged_run_is_named_in_the_page_and_in_the_table(made, output):
    words = Words((made / "after" / "index.html").read_text()).found
    rows = pd.read_csv(made / "after" / "runs.csv")
    rows = rows.set_index(rows["folder"].map(lambda path: path.rpartition("/")[2]))
    for kind in KINDS:
        row = rows.loc[named(kind)]
        assert row["state"] == ("unreadable" if of_the_score(kind) else "completed")
        assert isinstance(row["reason"] if of_the_score(kind) else row["notes"], str)
        assert named(kind) in words
    assert len(rows) == len(KINDS) + len(GOOD)


@pytest.mark.slow
def test_only_what_can_be_read_enters_the_numbers(made, output):
    """The LSTM's group gains the runs whose score is whole, taken from their summaries alone."""
    before = groups_table(group_runs(read_runs([made / "alone"])))
    after = pd.read_csv(made / "after" / "groups.csv")
    pd.testing.assert_series_equal(after.iloc[0], before.iloc[0], check_dtype=False)
    rows = pd.read_csv(made / "after" / "runs.csv")
    scored = rows[rows["folder"].str.contains("good_LSTM|metrics|diagnostics")]
    assert after.iloc[1]["runs_completed"] == len(scored)
    assert after.iloc[1]["score_mean"] == pytest.approx(scored["score"].astype(float).mean())
    assert after.iloc[1]["runs_not_completed"] == 0


def test_nothing_but_damaged_runs_is_one_line(tmp_path, capsys):
    kind = "summary.json of a list"
    KINDS[kind](make_run(tmp_path / "run"))
    assert main(["report", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert f"{tmp_path / 'run'}: " in said.err
    assert not (tmp_path / "report").exists()


def test_a_run_whose_two_files_are_both_damaged_is_found(tmp_path):
    make_run(tmp_path / "good")
    broken = make_run(tmp_path / "broken", seed=1)
    for name in ("config.yaml", "summary.json"):
        (broken / name).write_bytes(b"\0\0")
    states = {run.folder: run.state for run in read_runs([tmp_path])}
    assert states == {broken: "unreadable", tmp_path / "good": "completed"}
