"""Every group has a place in every figure, or the figure says that it has not."""

import pytest

from rnnexp.report.draw.facets import MAX_COLUMNS, Facets
from rnnexp.report.group.sections import group_runs
from rnnexp.report.read.runs import read_runs
from tests.report.folders import make_run, make_sweep

SWEEPS = {
    "one run": [{}],
    "seeds": [{"seed": 0}, {"seed": 1}],
    "units": [{"unit": "GRU"}, {"unit": "LSTM"}],
    "lengths": [{"length": 5}, {"length": 6}],
    "rates": [{"optimizer.learning_rate": rate} for rate in (0.1, 0.2, 0.4)],
    "units, lengths, rates": [
        {"unit": unit, "length": length, "optimizer.learning_rate": rate}
        for unit in ("GRU", "LSTM")
        for length in (5, 6)
        for rate in (0.1, 0.2)
    ],
}


def facets_of(tmp_path):
    (section,) = group_runs(read_runs([tmp_path]))
    return Facets(section)


@pytest.mark.parametrize("sweep", SWEEPS)
def test_every_group_is_drawn_once(sweep, tmp_path):
    for i, settings in enumerate(SWEEPS[sweep]):
        make_run(tmp_path / str(i), diagnostics=False, **settings)
    facets = facets_of(tmp_path)
    every = sorted(group.name() for group in facets.section.groups)
    for grid in (facets.overlaid(), facets.separate()):
        assert not grid.left_out
        panels = [panel for row in grid.rows for panel in row]
        assert sorted(g.name() for panel in panels for g in panel.groups) == every
    along = [panel for (panel,) in facets.against_axis().rows]
    assert sorted(g.name() for panel in along for g in panel.groups) == every


@pytest.mark.parametrize("sweep", SWEEPS)
def test_no_two_groups_of_a_panel_look_alike(sweep, tmp_path):
    for i, settings in enumerate(SWEEPS[sweep]):
        make_run(tmp_path / str(i), diagnostics=False, **settings)
    facets = facets_of(tmp_path)
    for panel in (p for row in facets.overlaid().rows for p in row):
        hues = [g.values.get(facets.overlaid_hue) for g in panel.groups]
        assert len(set(hues)) == len(hues)
    for panel in (p for row in facets.separate().rows for p in row):
        assert len(panel.groups) == 1


def test_what_is_too_much_to_be_read_is_named(tmp_path):
    lengths = range(5, 12)
    make_sweep(tmp_path, ["GRU"], lengths, [0])
    grid = facets_of(tmp_path).separate()
    assert len(grid.rows[0]) == MAX_COLUMNS
    assert grid.left_out == f"Drawn are {MAX_COLUMNS} of {len(lengths)} values of length."
    drawn = [panel.groups[0].values["length"] for panel in grid.rows[0]]
    assert (drawn[0], drawn[-1]) == (5, 11)


def test_more_settings_than_rows_are_named_too(tmp_path):
    for i in range(12):
        make_run(
            tmp_path / str(i), diagnostics=False, length=5 + i % 2, **{"task.symbols": f"s{i}"}
        )
    facets = facets_of(tmp_path)
    grid = facets.against_axis()
    drawn = sum(len(panel.groups) for (panel,) in grid.rows)
    assert (drawn < len(facets.section.groups)) == bool(grid.left_out)


def test_groups_and_colours_are_in_the_order_of_their_numbers(tmp_path):
    """Numbers by size, words by the numbers in them; the first length lacks the first name."""
    values = ["layer 2", "layer 10", "layer 1"]
    for i, name in enumerate(values):
        make_run(
            tmp_path / str(i), 0, "GRU", 5 if i else 40, diagnostics=False, **{"task.kind": name}
        )
    make_run(tmp_path / "more", 0, "GRU", 9, diagnostics=False, **{"task.kind": "layer 2"})
    facets = facets_of(tmp_path)
    order = [(g.values["length"], g.values["kind"]) for g in facets.section.groups]
    assert order == [(5, "layer 1"), (5, "layer 10"), (9, "layer 2"), (40, "layer 2")]
    assert facets.levels("kind") == ["layer 1", "layer 2", "layer 10"]
    assert facets.levels("length") == [5, 9, 40]


def test_scores_of_two_metrics_are_not_one_group(tmp_path):
    for i, metric in enumerate(("accuracy", "accuracy", "mean_squared_error")):
        make_run(
            tmp_path / str(i),
            i,
            diagnostics=False,
            summary={"metric": metric, "score": 0.5 + i / 4},
        )
    make_run(tmp_path / "failed", 3, diagnostics=False, summary={"state": "failed"})
    found = group_runs(read_runs([tmp_path]))
    assert [(one.task, one.metric, len(one.runs)) for one in found] == [
        ("FirstToken (accuracy)", "accuracy", 3),
        ("FirstToken (mean_squared_error)", "mean_squared_error", 1),
    ]


def test_sections_part_the_runs_by_task(tmp_path):
    make_run(tmp_path / "a", diagnostics=False)
    make_run(tmp_path / "b", diagnostics=False, **{"task._target_": "rnnexp.tasks.Adding"})
    found = group_runs(read_runs([tmp_path]))
    assert [section.task for section in found] == ["FirstToken", "Adding"]
    assert all(section.factors == [] for section in found)
