"""Scores against the size of a model and against the slices of a test split."""

import numpy as np
import pandas as pd
import pytest

from rnnexp.report.aggregate.curves import MOST_SLICES, slice_curve
from rnnexp.report.draw.figures.sizes import draw_sizes
from rnnexp.report.draw.figures.slices import draw_slices
from rnnexp.report.group.sections import group_runs
from rnnexp.report.read.runs import read_runs
from tests.report.folders import make_run, write_slices


def section_of(folder):
    (section,) = group_runs(read_runs([folder]))
    return section


def vertical_lines(ax):
    lines = [line.get_xdata() for line in ax.get_lines() if line.get_linestyle() == ":"]
    return [x[0] for x in lines if len(set(x)) == 1 and list(x) != [0, 1]]


def test_every_group_stands_at_its_size_and_its_mean_score(tmp_path):
    expected = {}
    for unit in ("GRU", "LSTM"):
        for units in (8, 16, 64):
            scores = []
            for seed in (0, 1, 2):
                summary = {"parameters": 10 * units, "state_size": units * (1 + (unit == "LSTM"))}
                summary["score"] = (seed + units) / 100
                scores.append(summary["score"])
                folder = tmp_path / f"{unit}_{units}_{seed}"
                key = {"model.units": units}
                make_run(folder, seed, unit, diagnostics=False, summary=summary, **key)
            expected[unit, units] = np.mean(scores)
    parameters, state = draw_sizes(section_of(tmp_path)).figure.axes
    marks = {
        ax: [tuple(line.get_xydata()[0]) for line in ax.get_lines() if len(line.get_xdata()) == 1]
        for ax in (parameters, state)
    }
    by_parameters = sorted((10 * units, score) for (_, units), score in expected.items())
    by_state = sorted((n * (1 + (unit == "LSTM")), score) for (unit, n), score in expected.items())
    np.testing.assert_allclose(sorted(marks[parameters]), by_parameters)
    np.testing.assert_allclose(sorted(marks[state]), by_state)


def test_models_of_one_size_have_no_figure_of_it(tmp_path):
    for unit in ("GRU", "LSTM"):
        make_run(tmp_path / unit, 0, unit, diagnostics=False)
    assert draw_sizes(section_of(tmp_path)) is None


def test_a_curve_over_slices_is_the_median_where_all_seeds_have_a_score(tmp_path):
    scores = np.random.default_rng(0).random((3, 4))
    for seed in range(3):
        folder = make_run(tmp_path / str(seed), seed, diagnostics=False)
        write_slices(folder, {5 * k: scores[seed, k] for k in range(4 if seed else 3)})
    curve = slice_curve(section_of(tmp_path).groups[0])
    np.testing.assert_array_equal(curve.x, [0, 5, 10])
    np.testing.assert_allclose(curve.middle, np.median(scores[:, :3], axis=0))
    np.testing.assert_allclose(curve.low, scores[:, :3].min(0))
    np.testing.assert_allclose(curve.high, scores[:, :3].max(0))


def test_many_slices_are_averaged_by_their_examples(tmp_path):
    rng = np.random.default_rng(0)
    n = 3 * MOST_SLICES
    table = pd.DataFrame(
        {"slice": range(n), "examples": rng.integers(1, 9, n), "score": rng.random(n)}
    )
    folder = make_run(tmp_path / "a", diagnostics=False)
    table.to_csv(folder / "slices.csv", index=False)
    curve = slice_curve(section_of(tmp_path).groups[0])
    parts = table.assign(right=table["score"] * table["examples"]).groupby(table["slice"] // 3)
    np.testing.assert_allclose(curve.x, parts["slice"].mean())
    np.testing.assert_allclose(curve.middle, parts["right"].sum() / parts["examples"].sum())


@pytest.mark.parametrize(
    ("name", "longest", "lines"),
    [("length", 30, [10]), ("length", 10, []), ("pairs", 30, []), (None, 30, [])],
)
def test_a_line_stands_where_the_lengths_of_training_end(name, longest, lines, tmp_path):
    folder = make_run(tmp_path / "a", length=10, diagnostics=False, summary={"slice_name": name})
    write_slices(folder, dict.fromkeys(range(5, longest + 1, 5), 0.5))
    found = draw_slices(section_of(tmp_path))
    (ax,) = found.figure.axes
    assert vertical_lines(ax) == lines
    assert ("longer" in found.caption) == bool(lines)
    assert ax.get_xlabel() == (name or "slice")


def test_runs_without_slices_have_no_figure_of_them(tmp_path):
    make_run(tmp_path / "a", diagnostics=False)
    assert draw_slices(section_of(tmp_path)) is None


@pytest.mark.parametrize(
    ("text", "left", "says"),
    [
        ("slice,examples,score\n1,2,0.5\n2,3,0.6\n", [1, 2], None),
        ("slice,examples,score\n2,3,0.6\n1,2,0.5\n", [1, 2], None),
        ("slice,examples,score\n1,2,0.5\n2,3,\n", [1], "1 of 2 rows"),
        ("slice,examples,score\n1,2,0.5\n3,2,0.5\n3,3,0.1\n", [1], "2 of 3 rows"),
        ("slice,examples,score\n1,2,inf\n", [], "1 of 1 rows"),
        ("slice,examples\n1,2\n", [], "cannot be read"),
        ("slice,examples,score\n1,2,many\n", [], "cannot be read"),
        ("", [], "cannot be read"),
        ("\0\0", [], "cannot be read"),
    ],
)
def test_slices_are_read_as_far_as_they_are_numbers(text, left, says, tmp_path):
    (make_run(tmp_path / "a", diagnostics=False) / "slices.csv").write_text(text)
    (run,) = read_runs([tmp_path])
    assert run.completed
    assert list(run.slices["slice"]) == left
    assert [says in note for note in run.notes] == [True] * (says is not None)
