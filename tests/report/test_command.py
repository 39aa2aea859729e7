"""The command: what it writes, what it imports, and how it says that it cannot."""

import importlib
import inspect
import json
import os
import pkgutil
import subprocess
import sys

import pandas as pd
import pytest

from rnnexp.cli import main
from rnnexp.report.aggregate.differences import differences
from rnnexp.report.draw import figures
from rnnexp.report.group.notes import comparability_notes
from rnnexp.report.group.sections import group_runs
from rnnexp.report.pipeline import FIGURES
from rnnexp.report.read.runs import read_runs
from rnnexp.report.write.page import SectionContent, render_page
from tests.command import command, environment
from tests.report.folders import make_run, make_sweep


def test_every_figure_that_exists_is_drawn():
    """All functions of the figures' modules that return a figure of a section."""
    found = set()
    for module in pkgutil.iter_modules(figures.__path__, "rnnexp.report.draw.figures."):
        for name, function in inspect.getmembers(importlib.import_module(module.name)):
            if inspect.isfunction(function) and name.startswith("draw_"):
                signature = inspect.signature(function)
                if list(signature.parameters) == ["section"]:
                    assert "CaptionedFigure" in str(signature)
                    found.add(function)
    assert found == set(FIGURES)


def test_the_same_runs_make_the_same_files(tmp_path):
    make_run(tmp_path / "run", diagnostics=False)
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
        (["runs", "--ou", "out"], "--ou"),
        (["runs", "--out"], "--out"),
        (["runs", "--out", ""], "--out"),
        ([""], "not a folder"),
        (["file"], "not a folder"),
        (["runs/one/summary.json"], "not a folder"),
        (["runs\0"], "folder"),
        (["x" * 300], "folder"),
        (["loop"], "folder"),
        (["runs", "nowhere"], "nowhere"),
        (["runs", "--out", "file"], "--out FOLDER"),
        (["runs", "--match", "parameter"], "did you mean parameters?"),
        (["runs", "--match", "state"], "no group has a partner"),
        (["runs", "--compare", "seed"], "averaged"),
        (["runs", "--compare", "units"], "model.units is 8 in all runs"),
        (["runs", "--compare", "model"], "not a setting that differs"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(
    arguments, says, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    make_run("runs/one", diagnostics=False)
    (tmp_path / "empty").mkdir()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "config.yaml").write_text("title: my site\n")
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    before = sorted(tmp_path.rglob("*"))
    assert main(["report", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("rnnexp: ")
    assert says in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("arguments", [["--help"], ["runs", "-h"]])
def test_help_is_no_mistake(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["report", *arguments])
    assert ended.value.code == 0
    assert "--out FOLDER" in capsys.readouterr().out


def test_only_runs_that_failed_make_a_page_all_the_same(tmp_path):
    make_run(tmp_path / "run", diagnostics=False, summary={"state": "failed", "error": "no luck"})
    (tmp_path / "run" / "metrics.csv").unlink()
    assert main(["report", str(tmp_path)]) == 0
    assert "no luck" in (tmp_path / "report" / "index.html").read_text()
    assert not list((tmp_path / "report" / "figures").iterdir())


@pytest.mark.parametrize("value", [None, "words", -1, 1e100, [], {}, True])
def test_whatever_a_summary_says_there_is_a_page(value, tmp_path):
    """Drawing apart, which takes a second: every number on the page, in every place."""
    summary = json.loads((make_run(tmp_path / "whole") / "summary.json").read_text())
    for i, key in enumerate(summary):
        path = make_run(tmp_path / key, i, diagnostics=False) / "summary.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    runs = read_runs([tmp_path])
    assert len(runs) == 1 + len(summary)
    sections = [SectionContent(one, {}, differences(one)) for one in group_runs(runs)]
    notes = comparability_notes(runs, [])
    html = render_page([str(tmp_path)], runs, notes, sections, tmp_path / "report")
    assert html.count("<tr>") > len(runs)


def test_whatever_a_table_of_metrics_says_there_is_a_page(tmp_path):
    path = make_run(tmp_path / "run", diagnostics=False) / "metrics.csv"
    path.write_text("step,val_accuracy\n20,0.5\n20,0.6\nmany,0.7\n40,high\n60,\n80,inf\n")
    assert main(["report", str(tmp_path)]) == 0
    assert (tmp_path / "report" / "figures" / "learning.svg").exists()


def test_one_run_is_enough(tmp_path):
    make_run(tmp_path / "run")
    assert main(["report", str(tmp_path / "run"), "--out", str(tmp_path / "out")]) == 0
    (row,) = pd.read_csv(tmp_path / "out" / "groups.csv").to_dict("records")
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert row["score_mean"] == pytest.approx(summary["score"])
    assert pd.isna(row["score_low"])


def test_nothing_of_tensorflow_is_imported(tmp_path):
    make_run(tmp_path / "run", diagnostics=False)
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
