"""The layout of the Custom Scalars dashboard."""

import re

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
