"""Saved models load after `import rnnexp`, which imports neither Keras nor the layers.

Keras finds the class of a saved layer or metric by its registered name, such as "rnnexp>GRU", and
imports no module to find it. So every name is registered as soon as Keras is there, and the classes
are imported when a model is loaded. The names are read from the source files, because a layer
exists as soon as the file of its equation does.
"""

import importlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_ROOT = os.path.dirname(__file__)
_ROOMS = ("equations", "layers")
_OTHERS = ("metrics", "normalization")  # modules of the room training
_CLASS = re.compile(r"^class ([A-Z]\w*)", re.MULTILINE)


class ClassToImport:
    """What stands under a registered name until the module puts the class itself there."""

    def __init__(self, name: str, module: str) -> None:
        self.name, self.module = name, module

    def from_config(self, config: dict[str, Any]) -> Any:
        """The layer or metric of a saved config.

        Args:
            config: What `get_config` of the layer returned.

        Returns:
            A new one without weights, as its class's `from_config` makes it.
        """
        module = importlib.import_module(self.module)
        return getattr(module, self.name).from_config(config)


class _AfterKeras:
    """An import hook that calls `_register` after the import of Keras."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "keras":
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        specs = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in specs if spec), None)
        if spec and spec.loader:
            _call_after(spec.loader, _register)
        return spec


def register_with_keras() -> None:
    """Register the layers with Keras, now or after its import, which this does not cause."""
    if "keras" in sys.modules:
        _register(importlib.import_module("keras"))  # waits for a thread that is importing it
    else:
        sys.meta_path.insert(0, _AfterKeras())


def _call_after(loader: Any, action: Any) -> None:
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        action(module)

    loader.exec_module = exec_module


def _register(keras: Any) -> None:
    registry = keras.saving.get_custom_objects()
    for name in class_names():
        registry.setdefault(f"rnnexp>{name}", ClassToImport(name, "rnnexp.layers"))
    for module in _OTHERS:
        for name in _classes_in(os.path.join(_ROOT, "training", f"{module}.py")):
            found = ClassToImport(name, f"rnnexp.training.{module}")
            registry.setdefault(f"rnnexp>{name}", found)


def class_names() -> Iterator[str]:
    """Every name that a layer or cell may have: that of a class, or of the cell made for it."""
    for room in _ROOMS:
        folder = os.path.join(_ROOT, room)
        for file in sorted(os.listdir(folder)):
            if file.endswith(".py"):
                for name in _classes_in(os.path.join(folder, file)):
                    yield from (name, f"{name}Cell")


def _classes_in(path: str) -> list[str]:
    with open(path, encoding="utf-8") as source:
        return _CLASS.findall(source.read())
