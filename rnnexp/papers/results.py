"""The results of the runs of a row as a table, from their folders or from a small CSV file.

The folders are large and stay on the machine that trained them. The CSV, one line for each run, is
kept beside the page of results, so that the page can be made again and checked without them.
"""

import io
from pathlib import Path
from typing import Any

import pandas as pd

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.files.atomic import write_text
from rnnexp.papers.rows import Row, job_name
from rnnexp.runs.folder import CONFIG
from rnnexp.runs.saved_config import read_config
from rnnexp.runs.summary import Summary
from rnnexp.sweeps.status import read_summary

COLUMNS = (
    "entry",
    "seed",
    "state",
    "metric",
    "score",
    "last_score",
    "baseline",
    "threshold",
    "solved",
    "steps_to_solve",
    "steps",
    "steps_allowed",
    "batch_size",
    "units",
    "parameters",
    "state_size",
    "learning_rate",
    "seconds",
    "overrides",
    "rnnexp",
    "keras",
    "tensorflow",
    "error",
)
"""The columns of the table.

score is the test score with the weights that had the best validation score, last_score that with
the last weights; solved says whether score reaches threshold. The others have the names and
meanings of the config and of `Summary`.
"""

ENDED = ("completed", "failed")
"""The states of a run that is a result: a run that failed, as with a loss of NaN, is one too."""

_TEXTS = ("entry", "state", "metric", "overrides", "rnnexp", "keras", "tensorflow", "error")


def empty() -> pd.DataFrame:
    """A table of no runs."""
    return pd.DataFrame({name: [] for name in COLUMNS})


def read_runs(row: Row, folder: Path) -> pd.DataFrame:
    """Read the runs of a row that have ended.

    Args:
        row: The row.
        folder: The folder of its sweep; it need not exist.

    Returns:
        One line for each run, in the order of entries and then seeds.
    """
    lines = []
    for name, entry in row.entries.items():
        for seed in _seeds(folder, job_name(name, 0).removesuffix("0")):
            job = folder / job_name(name, seed)
            summary = read_summary(job)
            if summary and summary.state in ENDED:
                overrides = [*entry.overrides, f"seed={seed}"]
                experiment = _experiment(job, [f"paper={row.name}", *overrides])
                lines.append(
                    {"entry": name, "seed": seed, **_values(experiment, summary)}
                    | {"overrides": " ".join(entry.overrides)}
                )
    return pd.DataFrame(lines, columns=list(COLUMNS)) if lines else empty()


def read_csv(path: Path) -> pd.DataFrame:
    """Read what `write_csv` wrote; a table of no runs where there is no file.

    Raises:
        UserError: The file is damaged.
    """
    try:
        results = pd.read_csv(path, dtype=dict.fromkeys(_TEXTS, str))
    except FileNotFoundError:
        return empty()
    except (OSError, ValueError) as error:
        raise UserError(
            f"{path}: expected the results of a row, cannot read them: {error}"
        ) from error
    missing = [name for name in COLUMNS if name not in results]
    if missing:
        raise UserError(
            f"{path}: expected the column {missing[0]}, got {', '.join(map(str, results))}; "
            "remove the file and run the row again"
        )
    return results


def write_csv(results: pd.DataFrame, path: Path) -> None:
    """Write a table of runs.

    Raises:
        OSError: The file cannot be written.
    """
    text = io.StringIO(newline="")
    results.to_csv(text, index=False, lineterminator="\n", float_format="%.6g")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text.getvalue())


def _seeds(folder: Path, beginning: str) -> list[int]:
    """The seeds of the folders whose names begin so and end with a seed, in order."""
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    ends = [name.removeprefix(beginning) for name in names if name.startswith(beginning)]
    return sorted(int(end) for end in ends if end.isdecimal())


def _experiment(job: Path, overrides: list[str]) -> Experiment:
    """The experiment in the folder of a run; a run may have failed before it wrote its config."""
    known = (job / CONFIG).exists()
    return check(read_config(job) if known else compose(overrides))


def _values(experiment: Experiment, summary: Summary) -> dict[str, Any]:
    config, task = experiment.config, experiment.task
    score = summary.score if summary.best_score is None else summary.best_score
    return {
        "state": summary.state,
        "metric": task.metric,
        "score": score,
        "last_score": summary.score,
        "baseline": task.baseline,
        "threshold": task.threshold,
        "solved": None if score is None else task.solved(score),
        "steps_to_solve": summary.steps_to_solve,
        "steps": summary.steps,
        "steps_allowed": config.trainer.steps,
        "batch_size": config.trainer.batch_size,
        "units": summary.units,
        "parameters": summary.parameters,
        "state_size": summary.state_size,
        "learning_rate": _learning_rate(config.optimizer.learning_rate),
        "seconds": summary.seconds,
        **{name: summary.versions.get(name) for name in ("rnnexp", "keras", "tensorflow")},
        "error": summary.error,
    }


def _learning_rate(value: Any) -> float | None:
    """The learning rate, or the one with which a schedule begins."""
    return value if isinstance(value, float) else value.get("initial_learning_rate")
