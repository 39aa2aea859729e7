"""Results of a row, made by hand."""

from pathlib import Path

import pandas as pd

from rnnexp.papers.results import COLUMNS
from rnnexp.papers.rows import parse_row

NODE = {
    "title": "A task and two units",
    "source": "Author (1990), Table 1",
    "setting": "T = 1000",
    "here": "T = 10",
    "minutes": 3.0,
    "seeds": 3,
    "entries": {
        "GRU": {"overrides": ["model=gru"], "published": "99 %"},
        "LSTM, bias 1": {"overrides": ["model=lstm"]},
    },
    "claims": [
        {"solved": "GRU", "at_least": 0.5},
        {"better": "GRU", "than": "LSTM, bias 1"},
    ],
}


def row(**changes):
    """The row that `NODE` with some changes describes."""
    return parse_row("by_hand", NODE | changes, Path("by_hand.yaml"))


def runs(entry, scores, steps_to_solve=None, metric="accuracy", baseline=0.125, threshold=0.99):
    """The runs of an entry with these scores, in the order of the seeds; None is a failed run."""
    better = (lambda s: s >= threshold) if metric == "accuracy" else (lambda s: s <= threshold)
    return pd.DataFrame(
        [
            {
                **dict.fromkeys(COLUMNS),
                "entry": entry,
                "seed": seed,
                "state": "failed" if score is None else "completed",
                "metric": metric,
                "score": score,
                "baseline": baseline,
                "threshold": threshold,
                "solved": None if score is None or threshold is None else better(score),
                "steps_to_solve": steps_to_solve and steps_to_solve[seed],
                "steps": 600,
                "batch_size": 32,
                "parameters": 12345,
                "seconds": 7.5,
            }
            for seed, score in enumerate(scores)
        ],
        columns=list(COLUMNS),
    )


def table(*parts):
    """Several tables of runs in one, with numbers as numbers."""
    return pd.concat(parts, ignore_index=True).infer_objects()
