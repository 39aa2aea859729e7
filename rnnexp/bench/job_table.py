"""The table of `rnnexp bench --jobs`: whole jobs with the layers of rnnexp and with Keras's."""

from collections.abc import Iterable, Iterator
from statistics import median

from rnnexp.bench.fresh import cost_in_a_fresh_process
from rnnexp.bench.jobs import JOBS
from rnnexp.report.aggregate.intervals import median_and_range

TITLE = """\
Whole jobs, each in a fresh process: CPU seconds on all cores from creating the model to the last
batch, including tracing and compiling, without imports. Medians of {repeats} alternating pairs.
ours/keras: the median of the ratios of the pairs, and their range; below 1, rnnexp is faster.
MiB: the growth of the process.
"""
HEAD = f"{'job':17} {'ours s':>7} {'keras s':>8}  ours/keras           {'MiB':>5} {'(keras)':>8}"
ROW = (
    "{job:17} {ours_s:7.2f} {keras_s:8.2f}  {over_keras:4.2f} ({lowest:4.2f} to {highest:4.2f})"
    "  {ours_mib:5.0f} {keras_mib:8.0f}  {text}"
)


def rows(names: Iterable[str], repeats: int) -> Iterator[dict]:
    """Measures each job with alternating layers and yields its row.

    Args:
        names: Names of jobs in `JOBS`.
        repeats: The number of pairs of measurements, at least 1.

    Yields:
        The row of each job, as `row` returns it.
    """
    for name in names:
        ours, keras = [], []
        for _ in range(repeats):
            ours.append(cost_in_a_fresh_process(name, "ours"))
            keras.append(cost_in_a_fresh_process(name, "keras"))
        yield row(name, ours, keras)


def row(name: str, ours: list, keras: list) -> dict:
    """Returns the row of a job.

    Args:
        name: The name of a job in `JOBS`.
        ours: Costs with the layers of rnnexp.
        keras: Costs with Keras's layers, measured in pairs with `ours`.

    Returns:
        The medians in seconds and MiB, the median ratio, and its lowest and highest value.
    """
    ratios = median_and_range([a.seconds / b.seconds for a, b in zip(ours, keras, strict=True)])
    return {
        "job": name,
        "text": JOBS[name].text,
        "pairs": len(ours),
        "ours_s": median(cost.seconds for cost in ours),
        "keras_s": median(cost.seconds for cost in keras),
        "over_keras": ratios.middle,
        "lowest": ratios.low,
        "highest": ratios.high,
        "ours_mib": median(cost.mib for cost in ours),
        "keras_mib": median(cost.mib for cost in keras),
    }
