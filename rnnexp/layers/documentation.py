"""The documentation of a layer or cell that is made from an equation."""

import dataclasses
import inspect
import re

from rnnexp.equations import Equation

_SECTION = r"^{}:\n((?:^ +.*\n|^\n(?= ))*)"
_ENTRY = re.compile(r"^ {4}(\w+): ((?:.*\n)(?:^ {8}.*\n)*)", re.MULTILINE)
_ACTIVATIONS = {
    "activation": "Of the candidate, as `keras.activations.get` takes it.",
    "recurrent_activation": "Of the gates, as `keras.activations.get` takes it.",
}


def documentation(own: str | None, summary: str, equation: type[Equation], *kinds: type) -> str:
    """Writes a docstring in Google style, with every argument.

    Args:
        own: The docstring of the class itself, if any.
        summary: Which shapes it takes and returns.
        equation: Whose docstring is quoted, and whose fields are arguments.
        kinds: The classes whose docstrings describe the other arguments.
    """
    text = inspect.cleandoc(equation.__doc__ or "") + "\n"
    described = _entries(text, "Attributes")
    about = re.sub(_SECTION.format("Attributes"), "", text, flags=re.MULTILINE).strip()
    arguments = {"units": "M, 1 or more."}
    for field in dataclasses.fields(equation):
        known = described.get(field.name) or _ACTIVATIONS.get(field.name)
        arguments[field.name] = known or "See the equation."
    for kind in kinds:
        arguments |= _entries(inspect.cleandoc(kind.__doc__ or "") + "\n", "Args")
    own_arguments = {name: text for name, text in arguments.items() if name != "kwargs"}
    entries = "\n".join(f"    {name}: {text}" for name, text in own_arguments.items())
    parts = [inspect.cleandoc(own or ""), about, summary, f"Args:\n{entries}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _entries(text: str, section: str) -> dict[str, str]:
    """By name, the entries of a section of a docstring."""
    found = re.search(_SECTION.format(section), text, re.MULTILINE)
    return {} if found is None else {k: v.rstrip() for k, v in _ENTRY.findall(found[1])}
