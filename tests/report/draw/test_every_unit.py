"""Figures are drawn of units with any states and gates, and name the state of the memory."""

import pytest

from rnnexp.report.draw.captions import memory_states
from rnnexp.report.draw.rendering import render
from rnnexp.report.group.sections import group_runs
from rnnexp.report.pipeline import FIGURES
from rnnexp.report.read.runs import read_runs
from tests.report.folders import GATES, MEMORY, STATES, make_run


def figures_of(folder):
    (section,) = group_runs(read_runs([folder]))
    return section, {figure.name: figure for draw in FIGURES if (figure := draw(section))}


def legend_of(figure):
    return {text.get_text() for legend in figure.figure.legends for text in legend.get_texts()}


@pytest.mark.parametrize("unit", STATES)
def test_every_state_and_every_gate_has_its_own_colour(unit, tmp_path):
    for seed in (0, 1):
        make_run(tmp_path / str(seed), seed, unit)
    _, figures = figures_of(tmp_path)
    gradients = [f"dL/d{state}_t" for state in STATES[unit]]
    assert legend_of(figures["gradient"]) == {*gradients, "before training", "after"}
    (ax,) = figures["gradient"].figure.axes
    lines = [line for line in ax.get_lines() if line.get_linestyle() == "-"]
    assert len({line.get_color() for line in lines}) == len(lines) == len(STATES[unit])
    assert ("gates" in figures) == bool(GATES[unit])
    if GATES[unit]:
        assert legend_of(figures["gates"]) == {*GATES[unit], "before training", "after"}
    assert render(figures["gradient"].figure, "x").svg.startswith("<?xml")


def test_captions_name_the_state_of_the_memory(tmp_path):
    for unit in STATES:
        make_run(tmp_path / unit, 0, unit)
    section, figures = figures_of(tmp_path)
    text = "h of GRU and SimpleRNN, c of LSTM, v of Wide"
    assert memory_states(section) == text
    for name in ("horizon", "forgetting", "horizon_over_training", "retention", "carried"):
        assert text in figures[name].caption


def test_one_name_is_enough_where_all_units_agree(tmp_path):
    for unit in STATES:
        if MEMORY[unit] == "h":
            make_run(tmp_path / unit, 0, unit)
    assert memory_states(figures_of(tmp_path)[0]) == "h"
