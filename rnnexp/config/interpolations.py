"""What `${…}` in a file may refer to: other values of the experiment, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from omegaconf.errors import GrammarParseError
from omegaconf.grammar_parser import OmegaConfGrammarParser, parse

from rnnexp.config.errors import UserError

# Others read the environment (oc.env), or resolve the text that they are given (oc.decode).
_HARMLESS = frozenset({"hydra", "now", "oc.dict.keys", "oc.dict.values", "oc.select", "slug"})
_MARK = "${"


def refuse_interpolations(values: Any, place: str) -> None:
    """Refuse every `${…}`: the config in a run folder was resolved when it was written.

    Args:
        values: Texts in lists and mappings, nested to any depth.
        place: The file, with which the error message begins.

    Raises:
        UserError: If a text in `values` holds an interpolation.
    """
    for path, text in _texts(values, ""):
        if _MARK in text:
            raise UserError(
                f"{place}: {path}: expected a value, got the interpolation {text[:200]}; write the "
                "value itself"
            )


def refuse_resolvers(values: Any, place: str) -> None:
    """Refuse every `${resolver:…}` that reads more than other values and the time.

    Args:
        values: As `refuse_interpolations` takes them.
        place: As `refuse_interpolations` takes it.

    Raises:
        UserError: If a text in `values` names such a resolver.
    """
    for path, text in _texts(values, ""):
        for name in _resolvers(text):
            if name not in _HARMLESS:
                raise UserError(
                    f"{place}: {path}: a file may not use ${{{name[:100]}:…}}; set {path} on "
                    "the command line"
                )


def _texts(values: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text with its path."""
    if isinstance(values, str):
        yield path, values
    elif isinstance(values, Mapping):
        for key, value in values.items():
            yield from _texts(value, f"{path}.{key}".lstrip("."))
    elif isinstance(values, Sequence) and not isinstance(values, bytes):
        for index, value in enumerate(values):
            yield from _texts(value, f"{path}[{index}]")


def _resolvers(text: str) -> Iterator[str]:
    """Yield the names of the resolvers in `text`, nested ones included."""
    if _MARK not in text:
        return
    try:
        nodes: list[Any] = [parse(text)]
    except GrammarParseError:  # reported by whatever resolves the config
        return
    while nodes:
        node = nodes.pop()
        if isinstance(node, OmegaConfGrammarParser.InterpolationResolverContext):
            yield node.resolverName().getText()
        nodes += list(getattr(node, "children", None) or ())
