"""The layout of the Custom Scalars dashboard."""

import re

import pytest

from rnnexp.dashboard import tags
from rnnexp.dashboard.custom_scalars import custom_scalars_layout
from tests.laws.tasks import EVERY_TASK


@EVERY_TASK
def test_the_overview_has_a_chart_of_the_score_of_every_task(task_class):
    overview = custom_scalars_layout([]).category[0]
    for tag in (task_class.metric, f"epoch_{task_class.metric}"):
        charts = {
            chart.title
            for chart in overview.chart
            if any(re.search(pattern, tag) for pattern in chart.multiline.tag)
        }
        assert charts == {"Score"}


def charts_of(tag):
    """The titles of the charts of the Overview that have a curve."""
    overview = custom_scalars_layout([]).category[0]
    return {c.title for c in overview.chart for p in c.multiline.tag if re.search(p, tag)}


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize("name", ["loss", "accuracy", "a_metric_of_ones_own"])
def test_the_scores_of_each_split_are_in_the_overview(name, split):
    expected = "Loss" if name == "loss" else "Score"
    assert charts_of(f"{name}/{split}") == (
        {expected} if (name, split) != ("loss", "test") else set()
    )


def test_a_layer_has_no_curve_among_the_scores():
    for tag in ("gates/train/z/mean", "memory/unit/test", "memory/validation/horizon"):
        assert not charts_of(tag) & {"Loss", "Score"}


@pytest.mark.parametrize("name", tags.MEMORY_SCALARS)
def test_the_memory_of_every_layer_is_in_one_chart(name):
    charts = [charts_of(tags.memory_scalar(layer, name)) for layer in ("gru", "a/forward")]
    assert charts[0] == charts[1]
    assert len(charts[0]) == (0 if name == "retention" else 1)


def test_the_horizon_stands_beside_what_it_can_reach():
    horizon, whole = (
        charts_of(tags.memory_scalar("unit", n)) for n in ("horizon", "whole_sequence")
    )
    assert horizon == whole
