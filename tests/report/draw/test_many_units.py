"""With many units, every figure still tells them apart: rows and panels in the place of colours."""

import warnings
from itertools import combinations

import numpy as np
import pytest
import xarray
from matplotlib.backends.backend_agg import FigureCanvasAgg

from rnnexp.report.draw.facets import MAX_HUES, Facets
from rnnexp.report.draw.figures.cost import draw_cost
from rnnexp.report.draw.figures.horizon import draw_horizon
from rnnexp.report.draw.figures.scores import draw_scores
from rnnexp.report.draw.rows import MAX_ROWS
from rnnexp.report.draw.style import PALETTE, marker_style, report_style, style_indices
from rnnexp.report.group.sections import group_runs
from rnnexp.report.pipeline import FIGURES
from rnnexp.report.read.runs import read_runs
from tests.report.folders import GATES, MEMORY, STATES, make_run

UNITS = [f"AQuiteLongName{i}RNN" for i in range(12)]
CURVES = ("learning", "forgetting", "horizon_over_training", "gradient", "retention", "carried")


@pytest.fixture
def make(monkeypatch):
    """`make_run` that knows the units of this file; their gates and states are those of others."""
    for i, unit in enumerate(UNITS):
        like = list(STATES)[i % len(STATES)]
        for table in (GATES, STATES, MEMORY):
            monkeypatch.setitem(table, unit, table[like])
    return make_run


def section_of(folder):
    (section,) = group_runs(read_runs([folder]))
    return section


def labels(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def shown(axis):
    """The labels of the ticks that are drawn."""
    low, high = sorted(axis.get_view_interval())
    ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    return [tick.label1 for tick in ticks if tick.label1.get_text() and tick.label1.get_visible()]


def test_the_horizon_has_a_row_for_each_unit_with_its_median_over_seeds(make, tmp_path):
    medians = {}
    for unit in UNITS:
        horizons = []
        for seed in range(3):
            folder = make(tmp_path / f"{unit}_{seed}", seed, unit, 20)
            with xarray.open_dataset(
                folder / "diagnostics.nc", group="recurrent_1", engine="h5netcdf"
            ) as data:
                horizons.append(data["horizon"].sel(gradient=f"d_{MEMORY[unit]}").values[[0, -1]])
        medians[unit] = np.median(horizons, axis=0)
    found = draw_horizon(section_of(tmp_path))
    horizon, _ = found.figure.axes
    rows = labels(horizon)
    assert sorted(rows) == sorted(UNITS)
    after = [medians[unit][1] for unit in rows]
    assert after == sorted(after, reverse=True)
    marks = [line for line in horizon.get_lines() if line.get_marker() == "o"]
    before = {
        float(line.get_xdata()[0]): line for line in marks if line.get_markerfacecolor() == "none"
    }
    assert set(before) == {medians[unit][0] for unit in UNITS}
    drawn = [line.get_xdata()[0] for line in marks if line.get_markerfacecolor() != "none"]
    assert drawn == after
    assert 19 in [line.get_xdata()[0] for line in horizon.get_lines() if len(line.get_xdata()) == 2]
    assert horizon.get_xlim()[0] < 0 < 19 < horizon.get_xlim()[1]
    assert horizon.get_title(loc="left") == "FirstToken, T = 20, 60 steps, 3 seeds"
    assert "sorted by the horizon" in found.caption


def test_the_best_score_is_in_the_first_row(make, tmp_path):
    for i, unit in enumerate(UNITS):
        make(tmp_path / unit, 0, unit, diagnostics=False, summary={"score": (i * 5 % 12) / 12})
    metric, *_ = draw_scores(section_of(tmp_path)).figure.axes
    assert labels(metric) == sorted(
        UNITS, key=lambda unit: UNITS.index(unit) * 5 % 12, reverse=True
    )


def check_no_overlap(figure):
    """No tick label covers another, no title another, and all legends are in the picture."""
    canvas = FigureCanvasAgg(figure)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a layout in which the panels have no room
        canvas.draw()
    renderer = canvas.get_renderer()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            boxes = [text.get_window_extent(renderer) for text in shown(axis)]
            for one, other in combinations(boxes, 2):
                assert not one.overlaps(other), shown(axis)
            for box in boxes:
                assert box.x0 >= 0
    titles = [ax.title.get_window_extent(renderer) for ax in figure.axes]
    for one, other in combinations(titles, 2):
        assert not one.overlaps(other)
    for legend in figure.legends:
        box = legend.get_window_extent(renderer)
        assert box.x1 <= figure.bbox.x1
        assert box.y1 <= figure.bbox.y1


@pytest.mark.slow
def test_no_label_covers_another_and_all_are_in_the_picture(make, tmp_path):
    for unit in UNITS:
        for seed in (0, 1):
            make(tmp_path / f"{unit}_{seed}", seed, unit)
    section = section_of(tmp_path)
    with report_style():
        for draw in FIGURES:
            if found := draw(section):
                check_no_overlap(found.figure)


@pytest.mark.parametrize("lengths", [(10,), (10, 11, 12, 200)])
def test_nested_names_do_not_cover_each_other(lengths, tmp_path):
    nested = ("orthogonal", {"_target_": "keras.initializers.Orthogonal", "gain": 2.0}, {"c": "a"})
    for i, start in enumerate(nested):
        for length in lengths:
            others = {
                "model.layer.recurrent_initializer": start,
                "model.layer.activation": f"relu{i}",
                "model.layer.a_very_long_name_of_an_argument": f"a_long_value_{i}" * 4,
            }
            folder = tmp_path / f"{i}_{length}"
            make_run(folder, 0, "SimpleRNN", length, diagnostics=False, **others)
    make_run(tmp_path / "gru", 0, "GRU", lengths[0], diagnostics=False)
    section = section_of(tmp_path)
    with report_style():
        for draw in (draw_scores, draw_cost):
            check_no_overlap(draw(section).figure)


def test_curves_have_a_panel_for_each_unit(make, tmp_path):
    for unit in UNITS:
        make(tmp_path / unit, 0, unit)
    section = section_of(tmp_path)
    figures = {f.name: f.figure for draw in FIGURES if (f := draw(section))}
    for name in CURVES:
        titles = [ax.get_title() for ax in figures[name].axes if ax.get_visible()]
        assert sorted(titles) == sorted(UNITS), name
    gated = sorted(unit for unit in UNITS if GATES[unit])
    for name in ("gates", "units"):
        titles = [ax.get_title() for ax in figures[name].axes if ax.get_visible()]
        assert sorted(titles) == gated
    for ax in figures["gates"].axes:
        colours = [line.get_color() for line in ax.get_lines() if line.get_linestyle() == "-"]
        assert len(set(colours)) == len(colours)


def test_against_an_axis_no_panel_has_more_units_than_it_can_tell_apart(make, tmp_path):
    for unit in UNITS:
        for length in (5, 6, 7):
            make(tmp_path / f"{unit}_{length}", 0, unit, length, diagnostics=False)
    facets = Facets(section_of(tmp_path))
    panels = [panel for (panel,) in facets.against_axis().rows]
    assert [len(facets.hues(panel)) for panel in panels] == [MAX_HUES, len(UNITS) - MAX_HUES]
    drawn = [group.name() for panel in panels for group in panel.groups]
    assert sorted(drawn) == sorted(group.name() for group in facets.section.groups)


@pytest.mark.parametrize(("n", "in_rows"), [(2, False), (MAX_HUES, True)])
def test_units_stand_side_by_side_where_their_names_have_room(n, in_rows, make, tmp_path):
    for unit in UNITS[:n]:
        make(tmp_path / unit, 0, unit, diagnostics=False)
    facets = Facets(section_of(tmp_path))
    assert facets.in_rows == in_rows
    assert len(facets.overlaid().rows) == 1


def test_groups_without_a_row_are_counted(tmp_path):
    for i in range(MAX_ROWS + 2):
        make_run(tmp_path / str(i), diagnostics=False, **{"task.kind": f"k{i}"})
    found = draw_scores(section_of(tmp_path))
    assert len(labels(found.figure.axes[0])) == MAX_ROWS
    assert f"Drawn are {MAX_ROWS} of {MAX_ROWS + 2} groups." in found.caption


def test_names_of_one_panel_have_different_colours():
    names = [f"n{i}" for i in range(20)]
    panels = [(names[i], names[(i + 6) % 20], names[(i + 12) % 20]) for i in range(20)]
    indices = style_indices(names, panels)
    assert len({tuple(marker_style(i).values()) for i in indices.values()}) == len(names)
    for panel in panels:
        assert len({marker_style(indices[name])["color"] for name in panel}) == len(panel)


def test_as_many_names_as_there_are_colours_keep_their_order():
    names = [f"n{i}" for i in range(len(PALETTE))]
    assert list(style_indices(names, [names]).values()) == list(range(len(PALETTE)))
