"""The page of results, docs/results.md: every row with its verdict, run or not."""

from collections.abc import Sequence

import pandas as pd

from rnnexp.papers.comparison import HEADS, lines
from rnnexp.papers.rows import Row
from rnnexp.papers.verdict import Verdict, verdict

_INTRODUCTION = """\
# Published results, reproduced

Each row below is a file in `conf/paper/`: a result of a paper, made small enough for two cores.
`rnnexp paper ROW` trains its runs, and continues where it was interrupted. This page was written
by

    rnnexp paper --table

from the run folders, or where those are gone from the tables in `docs/results/`, which have a
line for each run.

*Published* is the figure of the source in the source's setting, which is mostly larger than ours,
so the figures need not agree. A row counts as reproduced if the claims under it hold: what the
source found, as a statement about our runs that the program judges. *Ours* is the mean test score
over the runs, with the weights that had the best validation score, and its 95 % interval by
Student's t distribution. *Solved* counts the runs whose test score reaches the task's threshold,
*steps to solve* is the number of steps after which half of the runs had reached it on the
validation split. A run that *failed* ended with a loss of NaN or infinity and has no score.
*Steps* and *s/run* are medians: a run may stop when it has solved its task. Entry A is better
than B if the 95 % interval of the mean difference over common seeds (paired, Student's t) lies
above 0. An entry is no better than a guess if its mean score has gone at most 10 % of the way
from the score of a guess to the threshold.
"""


def page(rows: Sequence[tuple[Row, pd.DataFrame]]) -> str:
    """Return the page as Markdown.

    Args:
        rows: Every row with its results.
    """
    judged = [(row, results, verdict(row, results)) for row, results in rows]
    summary = _table(
        ("row", "result", "source", "verdict"),
        [
            (f"[{row.name}](#{row.name})", row.title, row.source, found.words)
            for row, _, found in judged
        ],
    )
    sections = [_section(*each) for each in judged]
    return "\n".join([_INTRODUCTION, summary, *sections])


def _section(row: Row, results: pd.DataFrame, found: Verdict) -> str:
    parts = [
        f"\n## {row.name}\n",
        f"{row.title}. {row.source}.\n",
        f"- Published setting: {row.setting}",
        f"- Here: {row.here}",
        f"- Command: `rnnexp paper {row.name}` ({_minutes(row, results)})",
        f"- Verdict: **{found.words}**",
        *_claims(row, found),
        *([f"- Remark: {row.remark}"] if row.remark else []),
        "",
        _table(HEADS, [line.cells for line in lines(row, results)]),
    ]
    return "\n".join(parts)


def _claims(row: Row, found: Verdict) -> list[str]:
    if not found.outcomes:
        return [f"  - claimed: {claim.words}" for claim in row.claims]
    return [
        f"  - {'holds' if outcome.holds else 'does not hold'}: {claim.words} ({outcome.found})"
        for claim, outcome in zip(row.claims, found.outcomes, strict=True)
    ]


def _minutes(row: Row, results: pd.DataFrame) -> str:
    if row.minutes is not None:
        return f"{row.minutes:g} min on 2 cores"
    if len(results):
        return f"its runs took {results['seconds'].sum() / 60:.0f} min together"
    return "made for a GPU" if row.is_full else "time not measured"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    body = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in body) + "\n"
