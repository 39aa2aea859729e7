"""Saved models load after `import rnnexp`, which imports neither Keras nor the layers.

Keras finds the class of a saved layer by its registered name, such as "rnnexp>GRU", and imports no
module to find it. So a name is registered as soon as Keras is there, and the layers are imported
when a model is loaded.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

REGISTERED = ("GRU", "GRUCell", "LSTM", "LSTMCell", "SimpleRNN", "SimpleRNNCell")
"""The names of `rnnexp.layers` that a saved model may hold."""


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
    for name in REGISTERED:
        registry.setdefault(f"rnnexp>{name}", LayerToImport(name))
