"""Folders that try to run code: a module that leaves a mark, and files that name it."""

import json
import sys

import yaml
from omegaconf import OmegaConf

from rnnexp.cli import main
from rnnexp.config.check import check
from rnnexp.config.compose import compose
from tests.command import TINY

EVIL = """
from pathlib import Path
Path(__file__).with_name("ran").touch()
def function(*args, **kwargs): pass
class Thing: pass
"""


CONFIG = OmegaConf.to_container(check(compose([*TINY, "callbacks=none"])).config, enum_to_str=True)


def config(place, value):
    """A run's config with `value` at `place`, a path."""
    found = OmegaConf.create(CONFIG)
    OmegaConf.update(found, place, value, force_add=True)
    return yaml.safe_dump(OmegaConf.to_container(found, enum_to_str=True, resolve=False))


def sweep(overrides, config_dir=None):
    """The sweep.json of a folder that was asked for with `overrides`."""
    asked = {"overrides": overrides, "config_dir": config_dir, "jobs": 1, "at_once": 1}
    return json.dumps(asked | {"again": False})


def put(folder, **files):
    """Write texts by their paths in `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def tree(folder):
    """All that is in a folder, without the locks that nobody removes."""
    return {
        path: path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if path.name != ".lock" and "__pycache__" not in path.parts
    }


def refused(desk, capfd, arguments):
    """The line with which `rnnexp *arguments` ends, having run and written nothing."""
    before = tree(desk)
    assert main(arguments) == 2
    line = capfd.readouterr().err
    assert line.startswith("rnnexp: ") and line.count("\n") == 1, line
    assert "evil" not in sys.modules
    assert tree(desk) == before
    return line
