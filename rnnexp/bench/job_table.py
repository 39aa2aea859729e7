"""The rows of `rnnexp bench --jobs`: whole jobs with our layers beside the same with Keras's."""

from collections.abc import Iterable, Iterator
from statistics import median

from rnnexp.bench.fresh import cost_in_a_fresh_process
from rnnexp.bench.jobs import JOBS
from rnnexp.report.aggregate.intervals import median_and_range

TITLE = """\
Whole jobs, each in a fresh process: processor seconds on all cores, from making the model to the
last batch, tracing and compiling included, importing not. Medians of {repeats} in turn.
ours/keras: the median of the ratios pair by pair, and the range of all pairs; below 1 is faster.
MiB: by how much the process grew.
"""
HEAD = f"{'job':17} {'ours s':>7} {'keras s':>8}  ours/keras           {'MiB':>5} {'(keras)':>8}"
ROW = (
    "{job:17} {ours_s:7.2f} {keras_s:8.2f}  {over_keras:4.2f} ({lowest:4.2f} to {highest:4.2f})"
    "  {ours_mib:5.0f} {keras_mib:8.0f}  {text}"
)


def rows(names: Iterable[str], repeats: int) -> Iterator[dict]:
    """A row for each job as soon as it is measured, `repeats` pairs in turn."""
    for name in names:
        ours, keras = [], []
        for _ in range(repeats):
            ours.append(cost_in_a_fresh_process(name, "ours"))
            keras.append(cost_in_a_fresh_process(name, "keras"))
        yield row(name, ours, keras)


def row(name: str, ours: list, keras: list) -> dict:
    """The row of a job from its costs, pair by pair."""
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
