"""`rnnexp bench`, run for real on a shape that takes no time."""

import csv

import pytest

from rnnexp.cli import main
from rnnexp.commands.bench_arguments import parse
from rnnexp.engine.affine import affine_states
from tests.command import command
from tests.units import UNITS


def test_it_prints_a_row_for_each_unit_and_writes_the_same_as_csv(tmp_path, capsys):
    table = tmp_path / "new" / "table.csv"
    sizes = ["--shapes", "2,3,1,4", "--units", "GRU", "LSTM", "--repeats", "2"]
    assert main(["bench", *sizes, "--csv", str(table)]) == 0
    out = capsys.readouterr().out
    with table.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["unit"] for row in rows] == ["GRU", "LSTM"]
    for row in rows:
        assert [row[size] for size in "BTDM"] == ["2", "3", "1", "4"]
        assert float(row["ours_ms"]) > 0
        assert f"{float(row['over_keras']):.2f}" in out
    assert float(rows[1]["work"]) == (4 * (1 + 4) + 3) / (1 + 4)
    assert "geometric mean" in out


def test_every_unit_that_has_a_layer_can_be_measured():
    assert set(parse(["--units", "all"]).units) == {unit.name for unit in UNITS}
    found = parse(["--units", "min_gru", "Li-GRU", "irnn"]).units
    assert found == ["MinGRU", "LiGRU", "IRNN"]


def test_blocks_are_measured_for_every_affine_unit():
    affine = {unit.name for unit in UNITS if affine_states(unit.equation)}
    assert set(parse(["--parallel"]).units) == affine
    assert set(parse(["--parallel", "--units", "all"]).units) == affine


@pytest.mark.slow
def test_a_unit_that_keras_lacks_is_measured_beside_kerass_loop(tmp_path, capsys):
    table = tmp_path / "table.csv"
    sizes = ["--shapes", "2,3,1,4", "--units", "SimpleRNN", "MGU", "--repeats", "1"]
    assert main(["bench", *sizes, "--csv", str(table)]) == 0
    with table.open() as file:
        simple, mgu = csv.DictReader(file)
    assert (simple["over_loop"], mgu["over_keras"], mgu["over_torch"]) == ("", "", "")
    assert float(mgu["over_loop"]) > 0 and float(mgu["over_simple_rnn"]) > 0
    assert "ours/loop: geometric mean" in capsys.readouterr().out


@pytest.mark.slow
def test_blocks_are_measured_beside_the_loop(tmp_path, capsys):
    table = tmp_path / "blocks.csv"
    sizes = ["--shapes", "2,40,1,4", "--units", "MinGRU", "--repeats", "1"]
    assert main(["bench", "--parallel", *sizes, "--csv", str(table)]) == 0
    with table.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["way"] for row in rows] == ["compiled", "plain", "predict"]
    out = capsys.readouterr().out
    for row in rows:
        assert float(row["difference"]) < 1e-5
        assert f"{float(row['over_loop']):.2f}" in out


@pytest.mark.slow
def test_newtons_method_is_measured_beside_the_loop(tmp_path, capsys):
    table = tmp_path / "newton.csv"
    sizes = ["--shapes", "2,20,1,4", "--units", "GRU", "LSTM", "--repeats", "1"]
    assert main(["bench", "--newton", *sizes, "--csv", str(table)]) == 0
    with table.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["unit"] for row in rows] == ["GRU", "LSTM"]
    out = capsys.readouterr().out
    for row in rows:
        assert float(row["difference"]) < 1e-4 and 1 <= int(row["iterations"]) <= 20
        assert f"{float(row['over_loop']):.1f}" in out


@pytest.mark.slow
def test_jobs_are_rows_of_a_table(tmp_path, capfd):
    table = tmp_path / "jobs.csv"
    few = ["--jobs", "one_step", "predict", "--repeats", "1", "--csv", str(table)]
    assert main(["bench", *few]) == 0
    captured = capfd.readouterr()
    with table.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["job"] for row in rows] == ["one_step", "predict"]
    for row in rows:
        assert 0 < float(row["lowest"]) <= float(row["over_keras"]) <= float(row["highest"])
        assert f"{float(row['ours_s']):.2f}" in captured.out
    assert captured.err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--units", "GRUU"], "no unit 'GRUU'; did you mean GRU?"),
        (["--units", "li_gr"], "did you mean li_gru?"),
        (["--parallel", "--units", "GRU"], "GRU is not affine"),
        (["--parallel", "--jobs"], "without --units, --shapes, --parallel"),
        (["--parallel", "--watching", "1"], "without --units, --shapes, --parallel"),
        (["--newton", "--parallel"], "one of --parallel and --newton"),
        (["--newton", "--jobs"], "--newton"),
        (["--shapes", "3,4"], "expected B,T,D,M, as in 32,200,2,64, got 3,4"),
        (["--repeats", "0"], "above 0, got '0'"),
        (["--repeat", "3"], "--repeat"),
        (["--jobs", "tape_lop"], "no job 'tape_lop'; did you mean tape_loop?"),
        (["--jobs", "3"], "no job '3'; choose from bfloat16, both_ways, "),
        (["--jobs", "--units", "GRU"], "without --units"),
        (["--jobs", "--watching", "1"], "--newton and --watching"),
        (["--watching", "0"], "above 0, got '0'"),
        (["--watching", "1", "--repeats", "2"], "--repeats"),
    ],
)
def test_a_mistake_is_told_in_one_line_before_anything_is_measured(arguments, said, capsys):
    assert main(["bench", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err


@pytest.mark.slow
def test_nothing_but_its_own_lines_is_shown(tmp_path):
    """As a person starts it: TensorFlow counts how often the functions of the rows are traced."""
    few = ["--shapes", "2,3,1,4", "--repeats", "2", "--csv", "table.csv"]
    shown = command("bench", *few, cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
