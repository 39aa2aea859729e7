"""The rooms of the README: each uses only those above it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rnnexp

PACKAGE = Path(rnnexp.__file__).parent
README = PACKAGE.parent / "README.md"
ROOMS = re.findall(r"^\| `rnnexp/(\w+)(?:/|\.py)` \|", README.read_text(encoding="utf-8"), re.M)


def rooms_used(path):
    """The rooms that a module imports from, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            package, _, rest = name.partition(".")
            if package == "rnnexp" and rest.partition(".")[0] in ROOMS:
                yield rest.partition(".")[0]


def test_every_room_is_in_the_readme():
    found = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert found | {"cli"} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_uses_only_those_above_it(room):
    above = set(ROOMS[: ROOMS.index(room) + 1])
    modules = [*(PACKAGE / room).rglob("*.py"), *PACKAGE.glob(f"{room}.py")]
    assert modules
    for path in modules:
        assert set(rooms_used(path)) <= above, path


@pytest.mark.parametrize("room", ["files", "config", "runs", "commands"])
def test_a_room_that_answers_at_once_imports_no_tensorflow(room):
    modules = [f"rnnexp.{room}.{path.stem}" for path in (PACKAGE / room).glob("[!_]*.py")]
    assert modules
    code = f"import {', '.join(modules)}, sys; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
