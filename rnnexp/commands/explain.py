"""The command `rnnexp explain`: what a unit computes, as a lecturer shows it on a blackboard."""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from rnnexp.commands.explained_unit import ExplainedUnit, find
from rnnexp.config.errors import UserError
from rnnexp.explain.as_json import as_json
from rnnexp.explain.board import board
from rnnexp.explain.explanation import Explanation, Sizes
from rnnexp.explain.html import as_html
from rnnexp.explain.text import as_text, in_encoding
from rnnexp.explain.units import by_name, read

_WIDEST = 100
_CHECKED = Sizes(inputs=3, units=5)  # where --inputs and --units are not given


def explain(arguments: list[str]) -> int:
    """Run `rnnexp explain *arguments`.

    Returns:
        1 if `--check` finds that the ways to compute the unit do not agree, else 0.

    Raises:
        UserError: For a mistake in the arguments.
    """
    asked = parse(arguments)
    known = read()
    if asked.unit is None:
        _print(listing(known, _width()))
        return 0
    unit = find(asked.unit, known, asked.trust)
    other = find(asked.beside, known, asked.trust).explanation if asked.beside else None
    sizes = None if asked.inputs is None else Sizes(asked.inputs, asked.units)
    if asked.check:
        return _check(unit, sizes or _CHECKED)
    shown = unit.explanation, by_name(known)["simplernn"], other, sizes
    if asked.json:
        _print(json.dumps(as_json(*shown), ensure_ascii=False, indent=2))
    elif asked.html is not None:
        _write(asked.html, as_html(board(*shown)))
    else:
        _print(as_text(board(*shown), _width()))
    return 0


def _check(unit: ExplainedUnit, sizes: Sizes) -> int:
    from rnnexp.console.startup import import_tensorflow

    import_tensorflow()
    from rnnexp.explain.arithmetic import NotArithmetic
    from rnnexp.explain.checking import check, told

    try:
        found = check(unit.equation(), unit.explanation, sizes)
    except NotArithmetic as error:
        raise UserError(
            f"explain: the printed equations of {unit.explanation.name} cannot be computed with "
            f"NumPy: {error}; show them without --check"
        ) from error
    _print(as_text(told(found, unit.explanation, sizes), _width()))
    return 0 if found.agrees else 1


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the arguments of `rnnexp explain`.

    Raises:
        UserError: For a mistake in them.
    """
    parser = argparse.ArgumentParser(
        prog="rnnexp explain",
        allow_abbrev=False,
        description="Show what a unit computes: its equations, gates, weights, memory and cost. "
        "Without UNIT, list all units.",
    )
    parser.add_argument(
        "unit", nargs="?", metavar="UNIT", help="gru, IndRNN, …, or module:Class of your own"
    )
    parser.add_argument("more", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument(
        "--inputs", type=_positive, metavar="D", help="input features, for numbers of weights"
    )
    parser.add_argument("--units", type=_positive, metavar="M", help="units, together with D")
    parser.add_argument("--beside", metavar="OTHER", help="another unit to compare")
    parser.add_argument(
        "--check",
        action="store_true",
        help="compute a step with NumPy, the Keras cell and Dense layers, and compare",
    )
    parser.add_argument("--html", metavar="FILE", type=Path, help="write one HTML page")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="MODULES",
        help="modules of your own whose code may run, as in --trust my_units",
    )
    parser.error = _refuse  # type: ignore[method-assign]
    asked = parser.parse_args(arguments)
    if asked.more:
        _refuse(f"expected one UNIT, got {asked.unit} and {asked.more[0]}; compare with --beside")
    if (asked.inputs is None) != (asked.units is None):
        _refuse("expected --inputs D and --units M together")
    if sum([asked.check, asked.json, asked.html is not None]) > 1:
        _refuse("expected one of --check, --html and --json")
    if asked.unit is None and arguments:
        _refuse("expected a UNIT before these options")
    return asked


def _refuse(message: str) -> NoReturn:
    raise UserError(f"explain: {message}; `rnnexp explain --help` shows what there is")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)


def listing(units: list[Explanation], width: int) -> str:
    """Return one line for each unit."""
    rows = [(u.name, str(u.year or ""), u.purpose.partition(". ")[0]) for u in units]
    names = max(len(name) for name, _, _ in rows)
    lines = [f"{name:{names}}  {year:4}  {purpose}" for name, year, purpose in rows]
    short = [line if len(line) <= width else f"{line[: width - 1]}…" for line in lines]
    return "\n".join([*short, "", "rnnexp explain UNIT shows one of them."])


def _width() -> int:
    return min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns)


def _print(text: str) -> None:
    print(in_encoding(text, sys.stdout.encoding or "utf-8"))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; expected --html FILE in a folder") from error
    print(f"page           {path}")
