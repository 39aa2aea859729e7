"""Writes units.json, and docs/units.md of a source tree: `make catalogue`."""

import json
from pathlib import Path

import rnnexp
from rnnexp.explain.catalogue import page
from rnnexp.explain.every_unit import every_unit
from rnnexp.explain.explanation import Explanation
from rnnexp.explain.units import FILE

PAGE = Path(rnnexp.__file__).resolve().parents[1] / "docs" / "units.md"


def as_json(units: list[Explanation]) -> str:
    """Returns the text of units.json."""
    return json.dumps([unit.as_json() for unit in units], ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    found = every_unit()
    FILE.write_text(as_json(found), encoding="utf-8")
    PAGE.write_text(page(found), encoding="utf-8")
    print(f"{len(found)} units: {FILE}, {PAGE}")
