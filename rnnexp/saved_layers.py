"""Saved models load after `import rnnexp`, which imports neither Keras nor the layers.

Keras finds the class of a saved layer by its registered name, such as "rnnexp>GRU", and imports no
module to find it. So every name is registered as soon as Keras is there, and the layers are
imported when a model is loaded. The names are read from the source files, because a layer exists as
soon as the file of its equation does.
"""

import importlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_ROOMS = ("equations", "layers")
_CLASS = re.compile(r"^class ([A-Z]\w*)", re.MULTILINE)


class LayerToImport:
    """What stands under a registered name until `rnnexp.layers` puts the class itself there."""

    def __init__(self, name: str) -> None:
        self.name = name

    def from_config(self, config: dict[str, Any]) -> Any:
        """The layer of a saved config.

        Args:
            config: What `get_config` of the layer returned.

        Returns:
            A new layer without weights, as its class's `from_config` makes it.
        """
        layers = importlib.import_module("rnnexp.layers")
        return getattr(layers, self.name).from_config(config)


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
        registry.setdefault(f"rnnexp>{name}", LayerToImport(name))


def class_names() -> Iterator[str]:
    """Every name that a layer or cell may have: that of a class, or of the cell made for it."""
    for room in _ROOMS:
        folder = os.path.join(os.path.dirname(__file__), room)
        for file in sorted(os.listdir(folder)):
            if file.endswith(".py"):
                with open(os.path.join(folder, file), encoding="utf-8") as source:
                    for name in _CLASS.findall(source.read()):
                        yield from (name, f"{name}Cell")
