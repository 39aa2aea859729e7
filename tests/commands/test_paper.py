"""`rnnexp paper`: what it refuses at once; a row that is trained, continued and put on a page."""

import pytest

from rnnexp.commands.paper import paper, paper_folder, parse
from rnnexp.config.errors import UserError
from rnnexp.papers.rows import read_row, row_names
from tests.command import command, summaries

SIZES = [f"task.{split}_examples=8" for split in ("train", "validation", "test")]
TINY = ["model.units=4", "trainer.steps=3", "trainer.batch_size=4", "callbacks=none", *SIZES]
TINY += ["hydra/launcher=basic"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["addin"], "did you mean adding"),
        (["adding", "--seeds", "0"], "--seeds: expected a whole number of at least 1, got 0"),
        (["adding", "--seeds", "many"], "got many"),
        (["adding", "--sedes", "3"], "did you mean --seeds"),
        (["adding", "seed=1,2"], "expected one value"),
        (["adding", "model.units"], "expected key=value"),
        (["adding", "--all"], "expected one of ROW, --all and --table"),
        (["--table", "--all"], "expected one of ROW, --all and --table"),
        (["--out", "page.md"], "--out: expected --table"),
        (["--again"], "--again: expected ROW or --all"),
        (["--table", "--seeds", "3"], "--seeds: expected ROW or --all"),
        (["--all", "trainer.steps=3"], "expected the name of a row"),
        (["parity", "task=adding"], "the row parity leaves open, not task"),
        (["parity", "seed=7"], "rnnexp train paper=parity seed=7"),
        (["parity", "outputs=x"], "not outputs"),
        (["parity", "model=gru"], "rnnexp train paper=parity model=gru"),
        (["first_token", "task.length=5"], "not task.length"),
    ],
)
def test_a_mistake_is_one_line(arguments, expected):
    with pytest.raises(UserError) as caught:
        paper(arguments)
    assert expected in str(caught.value) and "\n" not in str(caught.value)


def test_the_hardware_makes_no_other_row():
    row = read_row("adding_full")
    plain = paper_folder(row, [])
    assert paper_folder(row, ["hardware=gpu", "hardware.memory_limit=100"]) == plain
    assert paper_folder(row, ["hardware=gpu", "trainer.steps=3"]) != plain
    assert paper_folder(row, ["hardware.precision=float64"]) != plain


def test_options_and_overrides_may_be_mixed():
    asked = parse(["adding", "task.length=5", "--seeds", "2", "model.units=3"])
    assert (asked.row, asked.seeds) == ("adding", 2)
    assert asked.overrides == ["task.length=5", "model.units=3"]


def test_without_a_row_all_rows_are_listed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert paper([]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert listed == row_names()


def test_the_page_of_nothing_says_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paper(["--table", "--out", "page.md"])
    assert (tmp_path / "page.md").read_text().count("**not run**") == len(row_names())
    assert not (tmp_path / "page").exists()


@pytest.mark.slow
def test_a_row_is_trained_continued_with_more_seeds_and_not_trained_twice(tmp_path):
    first = command("paper", "flip_flop", "--seeds", "1", *TINY, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "verdict  unfinished: 3 of 9 runs" in first.stdout
    before = {path: path.read_bytes() for path in summaries(tmp_path)}
    again = command("paper", "flip_flop", "--seeds", "2", *TINY, cwd=tmp_path)
    assert "verdict  unfinished: 6 of 9 runs" in again.stdout
    assert len(summaries(tmp_path)) == 6
    assert {path: path.read_bytes() for path in before} == before
    done = command("paper", "flip_flop", "--seeds", "2", *TINY, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "sweep folder" not in done.stdout
    folder = next((tmp_path / "outputs" / "papers").iterdir())
    config = folder / "LSTM_seed=0" / "config.yaml"
    text = config.read_text()
    config.write_text(text.replace("units: 4", "units: 5"))
    changed = command("paper", "flip_flop", *TINY, cwd=tmp_path)
    assert changed.returncode == 2
    assert "LSTM_seed=0: was trained with model.units=5, expected 4 as the row" in changed.stderr
    config.write_text(text)
    resumed = command("resume", str(folder), cwd=tmp_path)
    assert resumed.returncode == 2
    assert "rnnexp paper flip_flop model.units=4" in resumed.stderr


@pytest.mark.slow
def test_a_changed_row_does_not_enter_the_page(tmp_path):
    command("paper", "flip_flop", "--seeds", "1", *TINY, cwd=tmp_path)
    command("paper", "--table", cwd=tmp_path)
    page = (tmp_path / "docs" / "results.md").read_text()
    assert page.count("**not run**") == len(row_names())
    assert not (tmp_path / "docs" / "results").exists()
