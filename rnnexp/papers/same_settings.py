"""Whether the runs in a folder have the settings that the file of their row has now."""

from collections.abc import Sequence
from pathlib import Path

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.config.identity import differing_keys, flat_values
from rnnexp.papers.rows import Row, job_name
from rnnexp.runs.folder import CONFIG
from rnnexp.runs.saved_config import read_config

_SECTIONS = ("model.", "optimizer.", "task.", "trainer.")
"""What decides about the results: a row may be trained on other hardware."""


def check_settings(row: Row, folder: Path, overrides: Sequence[str] = ()) -> None:
    """Check that the runs of a row were trained with its present settings.

    The first run of each entry stands for the others.

    Args:
        row: The row.
        folder: The folder of its sweep; it need not exist.
        overrides: Values that replace those of the row.

    Raises:
        UserError: A run has other settings, because the file of the row was changed since.
    """
    for name, entry in row.entries.items():
        job = folder / job_name(name, 0)
        if not (job / CONFIG).exists():
            continue
        asked = [f"paper={row.name}", *entry.overrides, *overrides, "seed=0"]
        now = flat_values(check(compose(asked)).config)
        then = flat_values(check(read_config(job)).config)  # an older one lacks newer keys
        for key in differing_keys(then, now):
            if key.startswith(_SECTIONS):
                raise UserError(
                    f"{job}: was trained with {key}={then.get(key)}, expected {now.get(key)} as "
                    f"the row {row.name} has it now; rename or remove {folder} to train it again"
                )
