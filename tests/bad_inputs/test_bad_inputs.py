"""Every bad input ends as one line, with nothing written; the page tells how many there are."""

import re
from pathlib import Path

import pytest

import rnnexp
from rnnexp.cli import main
from tests.bad_inputs.inputs import ended_as_one_line
from tests.bad_inputs.table import KINDS

PAGE = Path(rnnexp.__file__).parents[1] / "docs" / "reliability.md"


@pytest.mark.parametrize("kind", KINDS)
def test_each_ends_as_one_line_and_leaves_nothing(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = [problem for bad in KINDS[kind]() if (problem := ended_as_one_line(bad, tmp_path))]
    assert not wrong, "\n".join(wrong)


def test_the_page_tells_how_many_there_are_and_that_all_ended_so():
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    page_counts = {kind: (int(asked), int(ended)) for kind, asked, ended in rows}
    counts = {kind: len(list(inputs())) for kind, inputs in KINDS.items()}
    counts["all"] = sum(counts.values())
    assert counts["all"] >= 300
    assert {kind: page_counts.get(kind) for kind in counts} == {
        kind: (n, n) for kind, n in counts.items()
    }


@pytest.mark.parametrize(
    "said", ["model.units=x", "optimizer.epsilon=-1", "model.depth=101", "gru"]
)
def test_a_command_ends_with_code_2_and_one_line_on_stderr(said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["train", said]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), err.startswith("rnnexp: ")) == ("", 1, True)
    assert not list(tmp_path.iterdir())
