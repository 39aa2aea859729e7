"""Every name of rnnexp's that a page, a YAML or a message mentions is a public one."""

import ast
import importlib
import re

import pytest

import rnnexp
from tests.docs.pages import ROOT

ROOMS = [name for name, home in rnnexp._HOMES.items() if ":" not in home]
DOTTED = re.compile(r"(?<![\w/.`-]\.)\brnnexp((?:\.[A-Za-z_]\w*)+)")


def is_public(path):
    """Whether `rnnexp.` and this path can be typed after `import rnnexp`, by public names alone."""
    first, *rest = path.split(".")
    if first == "__version__":
        return not rest
    if first not in rnnexp.__all__:
        return False
    if first not in ROOMS or not rest:
        return True  # an attribute of a class or function is its own affair
    return rest[0] in importlib.import_module(f"rnnexp.{first}").__all__


def prose(path):
    """The texts in a module: every string literal with a space in it, docstrings too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value


def texts():
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for path in [*pages, *sorted((ROOT / "conf").rglob("*.yaml"))]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield path, number, line
    for path in sorted((ROOT / "rnnexp").rglob("*.py")):
        for number, text in prose(path):
            yield path, number, text


def test_only_public_names_are_mentioned():
    found = [
        f"{path.relative_to(ROOT)}:{number}: rnnexp{match[1]}"
        for path, number, text in texts()
        for match in DOTTED.finditer(text)
        if not is_public(match[1].lstrip("."))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", ["layers.GRU", "trace", "tasks.Adding.length", "__version__"])
def test_public(path):
    assert is_public(path)


@pytest.mark.parametrize("path", ["layers.gru", "engine", "tracing", "dashboard.history.load"])
def test_not_public(path):
    assert not is_public(path)
