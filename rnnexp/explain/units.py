"""The explanations of rnnexp's own units, from the file that `make catalogue` writes."""

import json
from pathlib import Path

from rnnexp.explain.explanation import Explanation, from_json

FILE = Path(__file__).parent / "units.json"


def read() -> list[Explanation]:
    """Returns the explanations in the file."""
    return [from_json(saved) for saved in json.loads(FILE.read_text(encoding="utf-8"))]


def by_name(units: list[Explanation]) -> dict[str, Explanation]:
    """Returns explanations by every name that a user may type, in the form of `plain`."""
    return {plain(name): unit for unit in units for name in (*unit.models, unit.name)}


def plain(name: str) -> str:
    """Returns a name without capitals, underscores and hyphens: IndRNN and ind_rnn are the same."""
    return name.lower().replace("_", "").replace("-", "")
