"""Where the runs of rows and their results are kept."""

from pathlib import Path

import pandas as pd

from rnnexp.papers.results import read_csv, read_runs
from rnnexp.papers.rows import Row

PAGE = Path("docs", "results.md")
"""The page of results that `rnnexp paper --table` writes."""


def runs_folder(row: Row, outputs: str = "outputs") -> Path:
    """The folder of the sweep of a row."""
    return Path(outputs, "papers", row.name)


def csv_file(row: Row, page: Path = PAGE) -> Path:
    """The file with the results of a row, in a folder beside the page that is named like it."""
    return page.with_suffix("") / f"{row.name}.csv"


def known_results(row: Row, page: Path = PAGE) -> pd.DataFrame:
    """The results of a row: those of its folders, or of its CSV file if that has more runs.

    Raises:
        UserError: The CSV file is damaged.
    """
    trained, kept = read_runs(row, runs_folder(row)), read_csv(csv_file(row, page))
    return trained if len(trained) >= len(kept) else kept
