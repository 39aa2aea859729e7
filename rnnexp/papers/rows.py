"""The rows of conf/paper: what each reproduces, with which runs, and what must hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import MISSING, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from rnnexp.config.errors import UserError, suggest
from rnnexp.config.yaml_files import conf_folder
from rnnexp.files.reading import Unreadable, read_yaml
from rnnexp.papers.claims import Claim, claim

FULL = "_full"
"""The end of the name of a row that has the published size, for a GPU."""


@dataclass(frozen=True)
class Entry:
    """One line of a row: a unit in one setting.

    Attributes:
        overrides: What distinguishes its runs from those of other entries, as on the command line.
        published: The figure as it was published; "" where the source has none for this setting.
    """

    overrides: list[str]
    published: str


@dataclass(frozen=True)
class Row:
    """A result of a paper, and the runs that are to reproduce it.

    Attributes:
        name: The name of its file.
        title: The subject, in a few words.
        source: Authors, year, number of the preprint, table or figure.
        setting: The published setting.
        here: How the setting of the runs differs from it.
        minutes: How long all runs took on 2 cores; None if that was not measured.
        seeds: How many runs each entry needs, with the seeds 0, 1, ….
        entries: The entries by name.
        claims: What must hold for the row to count as reproduced.
        remark: What explains the results, such as why they differ from the published ones; "" for
            nothing.
    """

    name: str
    title: str
    source: str
    setting: str
    here: str
    minutes: float | None
    seeds: int
    entries: Mapping[str, Entry]
    claims: Sequence[Claim]
    remark: str = ""

    @property
    def is_full(self) -> bool:
        """Whether the row has the published size and needs a GPU."""
        return self.name.endswith(FULL)

    @property
    def keys_of_entries(self) -> set[str]:
        """The keys of the config that distinguish the entries."""
        overrides = [o for entry in self.entries.values() for o in entry.overrides]
        return {override.partition("=")[0] for override in overrides}

    def jobs(self, seeds: int | None = None) -> dict[str, list[str]]:
        """The overrides of every run by the name of its folder, in an order of growing seeds.

        Args:
            seeds: How many runs for each entry; None for as many as the row needs.
        """
        return {
            job_name(name, seed): [*entry.overrides, f"seed={seed}"]
            for seed in range(self.seeds if seeds is None else seeds)
            for name, entry in self.entries.items()
        }


@dataclass
class _EntryNode:
    overrides: list[str] = MISSING
    published: str = ""


@dataclass
class _Node:
    """The schema of the node `paper` of a file in conf/paper."""

    title: str = MISSING
    source: str = MISSING
    setting: str = MISSING
    here: str = MISSING
    minutes: float | None = MISSING
    seeds: int = 5
    entries: dict[str, _EntryNode] = MISSING
    claims: list[Any] = MISSING
    remark: str = ""


def job_name(entry: str, seed: int) -> str:
    """The name of the folder of a run."""
    return f"{re.sub(r'[^A-Za-z0-9.=+-]+', '-', entry)}_seed={seed}"


def row_names() -> list[str]:
    """The names of all rows, sorted."""
    return sorted(path.stem for path in (conf_folder() / "paper").glob("*.yaml"))


def read_row(name: str) -> Row:
    """Read a row of conf/paper.

    Raises:
        UserError: There is no such row, or its node `paper` is not what it should be.
    """
    if name not in row_names():
        raise UserError(f"{name}: there is no such row of a paper; {suggest(name, row_names())}")
    path = conf_folder() / "paper" / f"{name}.yaml"
    try:
        values = read_yaml(path)
    except Unreadable as error:
        raise UserError(f"{path}: a YAML file cannot be read: {error}") from error
    return parse_row(name, values.get("paper"), path)


def parse_row(name: str, node: Any, path: Path) -> Row:
    """Return the row that the node `paper` in the file `path` describes.

    Raises:
        UserError: As `read_row` does.
    """
    try:
        merged = OmegaConf.merge(OmegaConf.structured(_Node), node)
        values: Any = OmegaConf.to_container(merged, throw_on_missing=True)
    except (OmegaConfBaseException, TypeError, ValueError) as error:
        raise UserError(f"{path}: paper: {str(error).splitlines()[0]}") from error
    entries = {key: Entry(**value) for key, value in values.pop("entries").items()}
    if len({job_name(key, 0) for key in entries}) < len(entries):
        raise UserError(
            f"{path}: paper.entries: expected names that differ in more than spaces and signs, "
            f"got {', '.join(entries)}"
        )
    claims = [claim(value, list(entries), str(path)) for value in values.pop("claims")]
    return Row(name=name, entries=entries, claims=claims, **values)
