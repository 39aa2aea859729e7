"""From a `_target_` and its arguments to an object, once every name in it is allowed."""

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
from rnnexp.config.errors import UserError, suggest
from rnnexp.config.trust import covers, trust_hint

# Hydra reads these beside _target_; with its other keys arguments would have no names, or not be
# built.
_HARMLESS = {"_target_", "_convert_"}
_KERAS_DICT = {"module", "class_name", "config", "registered_name"}


class _ObjectNode(NamedTuple):
    """A mapping from which an object is built.

    where: its path. kind: what its place takes. trusted: whether it names code that is trusted.
    """

    where: str
    node: Mapping[str, Any]
    kind: str | None
    trusted: bool


def check_targets(node: Any, where: str, kind: str | None, trust: Sequence[str]) -> None:
    """Refuse a node that would build another kind of object than its place takes.

    Nothing is imported or called for it.

    Args:
        node: A `_target_` and its arguments, or any value.
        where: The path of `node`, with which an error message begins.
        kind: The kind of object that the place takes, as "layer"; None for a plain value.
        trust: Names of modules, classes or functions that may be named anywhere.

    Raises:
        UserError: For a `_target_` or a Keras dict that is not allowed there.
    """
    for object_node in _object_nodes(node, where, kind, trust):
        if object_node.trusted:
            continue
        if "_target_" in object_node.node:
            _check_target(object_node)
        else:
            _check_keras_dict(object_node)


def locate(target: str, where: str, trust: Sequence[str]) -> Any:
    """Import the class or function that an allowed `_target_` names.

    Args:
        target: The name, with its module.
        where: The path of the node, with which an error message begins.
        trust: Trusted modules, which are looked for in the current folder too.

    Raises:
        UserError: If there is no such module, class or function.
    """
    module, _, name = target.rpartition(".")
    if covers(trust, target) and str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))  # where the user's modules are
    try:
        located = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        raise UserError(f"{where}._target_: {target} cannot be imported: {error}") from error
    if not callable(located):
        names = [n for n, value in vars(sys.modules[module]).items() if inspect.isclass(value)]
        raise UserError(f"{where}._target_: {module} has no {name}; {suggest(name, names)}")
    return located


def build(
    node: Mapping[str, Any], where: str, kind: str, trust: Sequence[str], **extra: Any
) -> Any:
    """Build the object that `node` describes, nested ones included.

    Args:
        node: A `_target_` and its arguments.
        where: The path of `node`, with which an error message begins.
        kind: The kind of object that the place takes, as "layer".
        trust: Names of modules, classes or functions that may be named anywhere.
        **extra: Further arguments, which `node` must not have.

    Raises:
        UserError: For another kind of object, an argument that a target does not take, and a value
            that it refuses.
    """
    check_targets(node, where, kind, trust)
    for object_node in _object_nodes(node, where, kind, trust):
        if "_target_" in object_node.node:
            _check_arguments(object_node.node, object_node.where, trust)
    doubled = sorted(set(node) & set(extra))
    if doubled:
        raise UserError(f"{where}.{doubled[0]}: it is set for you; expected no such key here")
    try:
        return instantiate(dict(node), _convert_="all", **extra)
    except InstantiationException as error:
        cause = error.__cause__ or error
        raise UserError(f"{where}: {' '.join(str(cause).split())}") from error


def _object_nodes(
    node: Any, where: str, kind: str | None, trust: Sequence[str]
) -> Iterator[_ObjectNode]:
    """Yield every mapping that names an object to build, at any depth."""
    if isinstance(node, Mapping):
        if "_target_" in node or "class_name" in node:
            trusted = covers(trust, str(node.get("_target_")))
            yield _ObjectNode(where, node, kind, trusted)
            kind = TRUSTED if trusted else None
        for key, value in node.items():
            inner = kind if kind == TRUSTED else kind_of(str(key)) or kind
            yield from _object_nodes(value, f"{where}.{key}", inner, trust)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for index, value in enumerate(node):
            yield from _object_nodes(value, f"{where}[{index}]", kind, trust)


def _check_target(object_node: _ObjectNode) -> None:
    where, node, kind, _ = object_node
    target = node["_target_"]
    if not isinstance(target, str) or not is_allowed(target, kind):
        raise UserError(f"{where}._target_: {_refusal(str(target), kind)}")
    for key in node:
        if str(key).startswith("_") and key not in _HARMLESS:
            raise UserError(f"{where}.{key}: expected an argument of {target}, by its name")


def _check_keras_dict(object_node: _ObjectNode) -> None:
    """Check what Keras itself builds an object from: {class_name: Constant, config: {value: 1}}."""
    where, node, kind, _ = object_node
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
    # In keras and rnnexp only the one name is to be trusted, for the rest is not the user's code.
    name = target if root in ("keras", "rnnexp") else root
    return (
        f"expected a known {kind}, got {target[:200]}; {meant}to run code of your own, trust it "
        f"on the command line: {trust_hint(name[:200] or 'MODULE')}"
    )


def _check_arguments(node: Mapping[str, Any], where: str, trust: Sequence[str]) -> None:
    target = locate(node["_target_"], where, trust)
    known = argument_names(target)
    for key in node:
        if known is not None and key not in known and not key.startswith("_"):
            hint = suggest(key, known)
            raise UserError(f"{where}.{key}: {target.__name__} takes no {key}; {hint}")
    if not covers(trust, node["_target_"]):
        _check_flags(target, node, where)


def _check_flags(target: Any, node: Mapping[str, Any], where: str) -> None:
    """Check that what is true or false by default is no text: a misspelt word would be true."""
    bases = inspect.getmro(target) if inspect.isclass(target) else ()
    functions = [target, *(vars(base)["__init__"] for base in bases if "__init__" in vars(base))]
    for function in functions:
        for name, parameter in inspect.signature(function).parameters.items():
            value = node.get(name)
            if isinstance(parameter.default, bool) and isinstance(value, str):
                raise UserError(f"{where}.{name}: expected true or false, got {value!r}")


def argument_names(target: Any) -> set[str] | None:
    """Return the names of the arguments of a class or function; None if it takes any name."""
    bases = inspect.getmro(target) if inspect.isclass(target) else ()
    # A Keras class passes arguments that it does not know to its base, as **kwargs.
    functions = [vars(base)["__init__"] for base in bases if "__init__" in vars(base)] or [target]
    # A layer that is made from an equation has the equation's fields in its signature alone.
    signed = inspect.signature(target).parameters if hasattr(target, "__signature__") else {}
    names = {name for name in signed if name != "kwargs"}
    for function in functions:
        parameters = inspect.signature(function).parameters.values()
        names |= {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            return names - {"self"}
    # The last of Keras's bases refuses an argument that none of them names.
    return names - {"self"} if any(b.__module__.startswith("keras.") for b in bases) else None
