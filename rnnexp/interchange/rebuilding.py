"""Rebuilds a Keras object from its config, and shares functions and custom classes by reference.

A saved file refers to functions and classes by name, because another process must find them. For an
object in memory no names are needed, so lambdas, closures and unregistered classes are shared.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
from keras.src.saving.serialization_lib import ObjectSharingScope

Node = dict[str, Any]
FUNCTIONS = (keras.activations, keras.initializers, keras.regularizers, keras.constraints)
ABSENT = object()
# The key in the build config, which Keras stores beside the config, that identifies the object.
IDENTITY = "object in memory"


def rebuilt(original: Any, convert: Callable[[Node], Node] = lambda node: node) -> Any:
    """Creates a new object from the config of `original`, with every class in it converted.

    A part that occurs in several places is created once. The caller must copy the compile arguments
    and the values of variables.

    Args:
        original: A Keras object.
        convert: A function from a serialized object {"module", "class_name", "config", …} to the
            one to create instead.

    Returns:
        The new object.

    Raises:
        TypeError: A part of `original` has no config from which it can be created.
    """
    parts = _Parts()
    try:
        with parts.standing_in(original):
            node = keras.saving.serialize_keras_object(original)
    except (NotImplementedError, TypeError) as error:
        raise TypeError(
            f"{type(original).__name__} {_name(original)}cannot be copied ("
            f"{_first_sentence(error)}); expected get_config and from_config in every custom class "
            "in it: add them, or convert the recurrent layers one by one"
        ) from error

    def made(node: Node) -> Node:
        return convert(parts.referring(node))

    try:
        with ObjectSharingScope():
            return keras.saving.deserialize_keras_object(
                rewritten(node, made), custom_objects=parts.objects, safe_mode=False
            )
    except TypeError as error:
        raise TypeError(
            f"{type(original).__name__} {_name(original)}cannot be created from its config: "
            f"{_first_sentence(error)}; expected a from_config that accepts what get_config returns"
        ) from error


def rewritten(node: Any, convert: Callable[[Node], Node]) -> Any:
    """Returns a serialized object in which every class, at any depth, is converted."""
    if isinstance(node, dict):
        node = {key: rewritten(value, convert) for key, value in node.items()}
        return convert(node) if "class_name" in node and "module" in node else node
    if isinstance(node, list | tuple):
        return type(node)(rewritten(value, convert) for value in node)
    return node


class _Parts:
    """All parts of an object.

    Attributes:
        objects: The custom functions and classes, by the names that represent them in the config.
    """

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self._held: dict[int, Any] = {}
        self._before: list[tuple[dict, str, Any]] = []

    @contextmanager
    def standing_in(self, original: Any) -> Iterator[None]:
        """Temporarily replaces every custom function in `original` by one with a unique name.

        The replacement computes the same, so `original` can still be called in the meantime.
        """
        try:
            self._visit(original)
            yield
        finally:
            for attributes, name, value in reversed(self._before):
                if value is ABSENT:
                    del attributes[name]
                else:
                    attributes[name] = value

    def referring(self, node: Node) -> Node:
        """Returns `node` with its custom class by reference and the identity of a shared layer.

        The build config is removed, because with it Keras would build the parts before the whole,
        under other paths.
        """
        node = dict(node)
        identity = (node.pop("build_config", None) or {}).get(IDENTITY)
        if identity is not None:
            node["shared_object_id"] = identity
            candidates = {type(self._held[identity])}
        else:
            candidates = {type(part) for part in self._held.values()}
        place = (node["module"], node["class_name"])
        own = [kind for kind in candidates if _is_own(kind) and _place(kind) == place]
        if len(own) > 1:
            raise TypeError(f"several classes are named {own[0].__name__}; rename all but one")
        if not own:
            return node
        name = self._named(own[0].__name__, own[0])
        return node | {"registered_name": name, "config": _accepted(own[0], node["config"])}

    def _visit(self, part: Any) -> None:
        if id(part) in self._held:
            return
        self._held[id(part)] = part
        attributes = vars(part)
        for name, value in list(attributes.items()):
            # Keras keeps wrapped methods beside the attributes.
            if callable(getattr(type(part), name, None)):
                continue
            standing = self._standing_in_for(value)
            if standing is not value:
                self._replace(attributes, name, standing)
        if hasattr(part, "get_compile_config"):
            self._replace(attributes, "get_compile_config", lambda: None)
        if hasattr(part, "get_build_config"):
            self._replace(attributes, "get_build_config", partial(dict, {IDENTITY: id(part)}))

    def _replace(self, attributes: dict[str, Any], name: str, value: Any) -> None:
        self._before.append((attributes, name, attributes.get(name, ABSENT)))
        attributes[name] = value

    def _standing_in_for(self, value: Any) -> Any:
        if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
            items = [self._standing_in_for(item) for item in value]
            same = all(one is other for one, other in zip(items, value, strict=True))
            return value if same else (tuple(items) if isinstance(value, tuple) else items)
        if isinstance(value, dict):
            named = {key: self._standing_in_for(item) for key, item in value.items()}
            return value if all(named[key] is value[key] for key in value) else named
        if isinstance(value, type):
            return value
        if hasattr(value, "get_config"):
            if hasattr(value, "__dict__"):
                self._visit(value)
            return value
        return self._function(value) if callable(value) and not _is_kerass(value) else value

    def _function(self, value: Callable[..., Any]) -> Callable[..., Any]:
        def standing_in(*args: Any, **kwargs: Any) -> Any:
            return value(*args, **kwargs)

        standing_in.__name__ = self._named(getattr(value, "__name__", "function"), value)
        return standing_in

    def _named(self, name: str, value: Any) -> str:
        for token, known in self.objects.items():
            if known is value:
                return token
        token = f"{name} {len(self.objects)} in memory"
        self.objects[token] = value
        return token


def _is_own(kind: type) -> bool:
    return not kind.__module__.startswith("keras.")


def _place(kind: type) -> tuple[str | None, str]:
    """The module and name of a class in a config. Keras omits the module of a script."""
    return None if kind.__module__ == "__main__" else kind.__module__, kind.__name__


def _accepted(kind: Any, config: Any) -> Any:
    """Removes keys that Keras adds to `config` if a constructor without **kwargs lacks them."""
    if not isinstance(config, dict) or not kind.from_config.__module__.startswith("keras."):
        return config
    parameters = inspect.signature(kind.__init__).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return config
    added = {"name", "trainable", "dtype"} - set(parameters)
    return {key: value for key, value in config.items() if key not in added}


def _is_kerass(function: Callable[..., Any]) -> bool:
    """Whether Keras can find the function by its name."""
    name = getattr(function, "__name__", "")
    return any(getattr(module, name, None) is function for module in FUNCTIONS)


def _name(original: Any) -> str:
    return f"{original.name!r} " if hasattr(original, "name") else ""


def _first_sentence(error: Exception) -> str:
    return " ".join(str(error).split()).partition(". ")[0].rstrip(".")
