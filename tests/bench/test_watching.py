"""The cost of looking inside, measured on jobs that take no time."""

import pytest

from rnnexp.bench.watching import SCHEDULES, cost_line, seconds_of_jobs


@pytest.mark.slow
def test_whole_jobs_are_timed_with_every_schedule():
    found = seconds_of_jobs(1, ["task.order=row", "model.units=4", "trainer.steps=2"])
    assert list(found) == list(SCHEDULES)
    assert all(len(seconds) == 1 and seconds[0] > 0 for seconds in found.values())


def test_the_ratios_are_those_of_jobs_next_to_each_other():
    line = cost_line(
        {"none": [1.0, 10.0, 2.0], "default": [1.5, 15.0, 3.0], "every_step": [2.0, 20.0, 4.0]}
    )
    assert "2.0 s without" in line and "default 1.50" in line and "every_step 2.00" in line
