"""What `${…}` in a file may reach: other values of the experiment, and no more."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from omegaconf.errors import GrammarParseError
from omegaconf.grammar_parser import OmegaConfGrammarParser, parse

from rnnexp.config.errors import UserError

# Others read the environment (oc.env), or take a text for something else to resolve (oc.decode).
_HARMLESS = frozenset({"hydra", "now", "oc.dict.keys", "oc.dict.values", "oc.select", "slug"})
_LIKE_ONE = "${"


def refuse_any(values: Any, place: str) -> None:
    """Raise UserError where a text in `values` stands for something else.

    A config of a run folder has been resolved when it was written.
    """
    for path, text in _texts(values, ""):
        if _LIKE_ONE in text:
            raise UserError(
                f"{place}: {path}: expected a value, got {text[:200]}; write in its place what "
                "it stands for"
            )


def refuse_reaching(values: Any, place: str) -> None:
    """Raise UserError where a text in `values` asks for more than other values and the time."""
    for path, text in _texts(values, ""):
        for name in _resolvers(text):
            if name not in _HARMLESS:
                raise UserError(
                    f"{place}: {path}: a file may not ask for ${{{name[:100]}:…}}; set {path} on "
                    "the command line"
                )


def _texts(values: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text with the path at which it stands."""
    if isinstance(values, str):
        yield path, values
    elif isinstance(values, Mapping):
        for key, value in values.items():
            yield from _texts(value, f"{path}.{key}".lstrip("."))
    elif isinstance(values, Sequence) and not isinstance(values, bytes):
        for index, value in enumerate(values):
            yield from _texts(value, f"{path}[{index}]")


def _resolvers(text: str) -> Iterator[str]:
    """The names before the colons of the interpolations in `text`, at any depth."""
    if _LIKE_ONE not in text:
        return
    try:
        left: list[Any] = [parse(text)]
    except GrammarParseError:  # whoever reads the file says so
        return
    while left:
        node = left.pop()
        if isinstance(node, OmegaConfGrammarParser.InterpolationResolverContext):
            yield node.resolverName().getText()
        left += list(getattr(node, "children", None) or ())
