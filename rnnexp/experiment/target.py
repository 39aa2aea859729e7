"""From a `_target_` and its arguments to an object; only trusted modules are ever imported."""

import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hydra.errors import InstantiationException
from hydra.utils import instantiate

from rnnexp.experiment.errors import UserError, nearest

# A YAML from elsewhere must not be able to call just anything.
_KNOWN = ("rnnexp", "keras")


def check_trusted(
    node: Mapping[str, Any], where: str, trust: Sequence[str], known: Sequence[str] = _KNOWN
) -> None:
    """Raise UserError where a `_target_` in `node` is neither of `known` nor of `trust`."""
    for place, holder in _targets(node, where):
        target = str(holder["_target_"])
        root = target.partition(".")[0]
        if "." not in target or root not in (*known, *trust):
            raise UserError(
                f"{place}._target_: expected a name in {' or '.join((*known, *trust))}, "
                f"got {target}; "
                f"to run code of your own, name its module: 'trust=[{root or 'MODULE'}]'"
            )


def locate(target: str, where: str, trust: Sequence[str]) -> Any:
    """The class or function that the trusted `_target_` at `where` names.

    Raises UserError when there is none.
    """
    module, _, name = target.rpartition(".")
    if module.partition(".")[0] in trust and str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))  # a module of one's own stands in the current folder
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        raise UserError(f"{where}._target_: {target} cannot be imported: {error}") from error
    if not callable(found):
        names = [n for n, value in vars(sys.modules[module]).items() if inspect.isclass(value)]
        raise UserError(f"{where}._target_: {module} has no {name}; {nearest(name, names)}")
    return found


def build(node: Mapping[str, Any], where: str, trust: Sequence[str], **extra: Any) -> Any:
    """Call the `_target_` of `node` with its arguments and `extra`; nested targets likewise.

    Raises UserError for an argument that a target does not take, or a value that it refuses.
    """
    check_trusted(node, where, trust)
    for place, holder in _targets(node, where):
        _check_arguments(holder, place, trust)
    doubled = sorted(set(node) & set(extra))
    if doubled:
        raise UserError(f"{where}.{doubled[0]}: it is set for you; expected no such key here")
    try:
        return instantiate(dict(node), _convert_="all", **extra)
    except InstantiationException as error:
        cause = error.__cause__ or error
        raise UserError(f"{where}: {' '.join(str(cause).split())}") from error


def _targets(node: Any, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping with a `_target_`, at any depth, with the path at which it stands."""
    if isinstance(node, Mapping):
        if "_target_" in node:
            yield where, node
        for key, value in node.items():
            yield from _targets(value, f"{where}.{key}")
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for index, value in enumerate(node):
            yield from _targets(value, f"{where}[{index}]")


def _check_arguments(node: Mapping[str, Any], where: str, trust: Sequence[str]) -> None:
    target = locate(node["_target_"], where, trust)
    known = arguments(target)
    for key in node:
        if known is not None and key not in known and not key.startswith("_"):
            told = nearest(key, known)
            raise UserError(f"{where}.{key}: {target.__name__} takes no {key}; {told}")


def arguments(target: Any) -> set[str] | None:
    """The names of the arguments that a class or function takes; None when it takes any."""
    bases = inspect.getmro(target) if inspect.isclass(target) else ()
    # A Keras class hands what it does not know itself to its base, as **kwargs.
    functions = [vars(base)["__init__"] for base in bases if "__init__" in vars(base)] or [target]
    names: set[str] = set()
    for function in functions:
        parameters = inspect.signature(function).parameters.values()
        names |= {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            return names - {"self"}
    # The last of Keras's bases refuses what none of them names.
    return names - {"self"} if any(b.__module__.startswith("keras.") for b in bases) else None
