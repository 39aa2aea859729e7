"""From a `_target_` and its arguments to an object, once every name in it has been allowed."""

import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from hydra.errors import InstantiationException
from hydra.utils import instantiate

from rnnexp.config.allowlist import TRUSTED, allowed, in_keras, is_allowed, kind_of, kinds_of
from rnnexp.config.errors import UserError, nearest
from rnnexp.config.trust import covers, hint

# What Hydra reads beside _target_; by its others arguments would have no names, or stay unmade.
_HARMLESS = {"_target_", "_convert_"}
_KERAS_DICT = {"module", "class_name", "config", "registered_name"}


class _Holder(NamedTuple):
    """A mapping from which an object is made, where it stands, and the kind that its place takes.

    trusted: whether it names code that is trusted.
    """

    where: str
    node: Mapping[str, Any]
    kind: str | None
    trusted: bool


def check_allowed(node: Any, where: str, kind: str | None, trust: Sequence[str]) -> None:
    """Raise UserError where `node` would make an object that is not of the kind its place takes.

    Nothing is imported or called for it. kind: what the place takes, as "layer"; None: no object.
    trust: names of modules, classes or functions, which may stand anywhere.
    """
    for holder in _holders(node, where, kind, trust):
        if holder.trusted:
            continue
        if "_target_" in holder.node:
            _check_target(holder)
        else:
            _check_keras_dict(holder)


def locate(target: str, where: str, trust: Sequence[str]) -> Any:
    """The class or function that the allowed `_target_` at `where` names.

    Raises UserError when there is none.
    """
    module, _, name = target.rpartition(".")
    if covers(trust, target) and str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))  # a module of one's own stands in the current folder
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        raise UserError(f"{where}._target_: {target} cannot be imported: {error}") from error
    if not callable(found):
        names = [n for n, value in vars(sys.modules[module]).items() if inspect.isclass(value)]
        raise UserError(f"{where}._target_: {module} has no {name}; {nearest(name, names)}")
    return found


def build(
    node: Mapping[str, Any], where: str, kind: str, trust: Sequence[str], **extra: Any
) -> Any:
    """Call the `_target_` of `node` with its arguments and `extra`; nested targets likewise.

    Raises UserError for an object that is not of the `kind` its place takes, for an argument that
    a target does not take, and for a value that it refuses.
    """
    check_allowed(node, where, kind, trust)
    for holder in _holders(node, where, kind, trust):
        if "_target_" in holder.node:
            _check_arguments(holder.node, holder.where, trust)
    doubled = sorted(set(node) & set(extra))
    if doubled:
        raise UserError(f"{where}.{doubled[0]}: it is set for you; expected no such key here")
    try:
        return instantiate(dict(node), _convert_="all", **extra)
    except InstantiationException as error:
        cause = error.__cause__ or error
        raise UserError(f"{where}: {' '.join(str(cause).split())}") from error


def _holders(node: Any, where: str, kind: str | None, trust: Sequence[str]) -> Iterator[_Holder]:
    """Every mapping that names what to make of it, at any depth."""
    if isinstance(node, Mapping):
        if "_target_" in node or "class_name" in node:
            trusted = covers(trust, str(node.get("_target_")))
            yield _Holder(where, node, kind, trusted)
            kind = TRUSTED if trusted else None
        for key, value in node.items():
            inner = kind if kind == TRUSTED else kind_of(str(key)) or kind
            yield from _holders(value, f"{where}.{key}", inner, trust)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for index, value in enumerate(node):
            yield from _holders(value, f"{where}[{index}]", kind, trust)


def _check_target(holder: _Holder) -> None:
    where, node, kind, _ = holder
    target = node["_target_"]
    if not isinstance(target, str) or not is_allowed(target, kind):
        raise UserError(f"{where}._target_: {_refusal(str(target), kind)}")
    for key in node:
        if str(key).startswith("_") and key not in _HARMLESS:
            raise UserError(f"{where}.{key}: expected an argument of {target}, by its name")


def _check_keras_dict(holder: _Holder) -> None:
    """What Keras itself makes an object of, as {class_name: Constant, config: {value: 1}}."""
    where, node, kind, _ = holder
    module, name = node.get("module"), node["class_name"]
    target = f"{module}.{name}" if module else in_keras(kind, str(name))
    if not is_allowed(target, kind):
        raise UserError(f"{where}.class_name: {_refusal(target, kind)}")
    for key in node:
        if key not in _KERAS_DICT:
            raise UserError(f"{where}.{key}: expected {', '.join(sorted(_KERAS_DICT))} beside it")
    if node.get("registered_name") not in (None, name):
        raise UserError(f"{where}.registered_name: expected {name} or null, as its class_name")


def _refusal(target: str, kind: str | None) -> str:
    if not kind:
        return f"expected a value, no object is taken here, got {target[:200]}"
    other = kinds_of(target)
    if other and kind != TRUSTED:
        return f"expected a known {kind}, got {target}, a known {' or '.join(other)}"
    close = get_close_matches(target, () if kind == TRUSTED else allowed(kind), 1, 0.8)
    meant = f"did you mean {close[0]}? " if close else ""
    root = target.partition(".")[0]
    # Of Keras and of rnnexp only the one name: what else is in them is no code of one's own.
    name = target if root in ("keras", "rnnexp") else root
    return (
        f"expected a known {kind}, got {target[:200]}; {meant}to run code of your own, trust it "
        f"on the command line: {hint(name[:200] or 'MODULE')}"
    )


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
