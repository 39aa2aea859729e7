"""The verdict on a row: reproduced, not reproduced and why, unfinished, or not run."""

from dataclasses import dataclass

import pandas as pd

from rnnexp.papers.claims import Outcome
from rnnexp.papers.entry_results import EntryResults
from rnnexp.papers.rows import Row

NOT_RUN = "not run"
REPRODUCED = "reproduced"


@dataclass(frozen=True)
class Verdict:
    """What the results of a row say.

    Attributes:
        words: "reproduced"; "not reproduced: …" with what was found instead; "unfinished: …"; or
            "not run".
        outcomes: How each claim of the row came out, in order; none while runs are missing.
    """

    words: str
    outcomes: list[Outcome]


def verdict(row: Row, results: pd.DataFrame) -> Verdict:
    """Judge a row.

    Args:
        row: The row.
        results: Its runs, as `papers/results.py` returns them. Runs of entries that the row
            does not have are left out.
    """
    entries = EntryResults.by_entry(results[results["entry"].isin(list(row.entries))])
    counts = [entries[name].n if name in entries else 0 for name in row.entries]
    needed = row.seeds * len(row.entries)
    done = sum(min(count, row.seeds) for count in counts)
    if not done:
        return Verdict(NOT_RUN, [])
    if done < needed:
        return Verdict(f"unfinished: {done} of {needed} runs", [])
    outcomes = [claim.judge(entries) for claim in row.claims]
    failed = [outcome.found for outcome in outcomes if not outcome.holds]
    words = f"not reproduced: {'; '.join(failed)}" if failed else REPRODUCED
    return Verdict(words, outcomes)
