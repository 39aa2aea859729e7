"""Finds the unit that `rnnexp explain` is asked for: one of rnnexp's, or one of the user's own."""

import importlib
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rnnexp.config.errors import UserError, raised_as_user_error, suggest
from rnnexp.explain.explanation import Explanation
from rnnexp.explain.units import by_name, plain

if TYPE_CHECKING:
    from rnnexp.equations import Equation


class ExplainedUnit(NamedTuple):
    """A unit.

    Attributes:
        explanation: What is said about it.
        equation: Returns its equation; imports Keras.
    """

    explanation: Explanation
    equation: "Callable[[], Equation]"


def find(name: str, known: list[Explanation], trust: Sequence[str]) -> ExplainedUnit:
    """Find a unit.

    Args:
        name: The name of an equation or YAML file of rnnexp in any spelling, or module:Class.
        known: The explanations of rnnexp's units.
        trust: What `--trust` was given.

    Raises:
        UserError: If there is no such unit, or its code is not trusted or fails.
    """
    if ":" in name:
        return _own(name, trust)
    names = by_name(known)
    if plain(name) not in names:
        raise UserError(f"explain: there is no unit {name!r}; {_hint(name, known)}")
    unit = names[plain(name)]
    return ExplainedUnit(unit, lambda: _of_rnnexp(unit.name))


def _hint(name: str, known: list[Explanation]) -> str:
    spelt = {plain(s): s for unit in known for s in (unit.name, *unit.models)}
    close = get_close_matches(plain(name), spelt, n=1, cutoff=0.5)
    meant = f"did you mean {spelt[close[0]]}? " if close else ""
    return f"{meant}`rnnexp explain` lists all units"


def _of_rnnexp(name: str) -> "Equation":
    from rnnexp.equations import EQUATIONS
    from rnnexp.explain.every_unit import equations_of_models

    return EQUATIONS[name]() if name in EQUATIONS else equations_of_models()[name]


def _own(name: str, trust: Sequence[str]) -> ExplainedUnit:
    from rnnexp.config.trust import covers, parse_modules, trusted

    module, _, kind = name.partition(":")
    if not module or not kind:
        raise UserError(f"explain: expected module:Class, as in my_units:MyUnit, got {name!r}")
    allowed = [*trusted(), *(part for text in trust for part in parse_modules(text))]
    if not covers(allowed, f"{module}.{kind}"):
        raise UserError(
            f"{name}: explaining it runs code of the module {module}; to run it, say that you "
            f"trust it: --trust {module}"
        )
    from rnnexp.console.startup import import_tensorflow

    import_tensorflow()
    with raised_as_user_error(name):
        equation = _equation(name, _imported(module), kind)
        from rnnexp.explain.explaining import explanation

        return ExplainedUnit(explanation(equation), lambda: equation)


def _imported(module: str) -> Any:
    if str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))  # where the user's modules are
    return importlib.import_module(module)


def _equation(name: str, module: Any, kind: str) -> "Equation":
    from rnnexp.equations import Equation
    from rnnexp.layers import EquationCell, EquationLayer

    found: Any = getattr(module, kind, None)
    units = (Equation, EquationLayer, EquationCell)
    if not (isinstance(found, type) and issubclass(found, units)):
        classes = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, units)]
        own = [c.__name__ for c in classes if c.__module__ == module.__name__]
        got = "nothing of that name" if found is None else repr(found)[:200]
        raise UserError(
            f"{name}: expected a class whose base is Equation, EquationLayer or EquationCell, got "
            f"{got}; {suggest(kind, own)}"
        )
    if issubclass(found, Equation):
        return found()
    made = found(2)
    return made.cell.equation if issubclass(found, EquationLayer) else made.equation
