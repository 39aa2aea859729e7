"""Layers and whole models to and from `keras.layers`."""

from typing import Any

import keras

from rnnexp import layers
from rnnexp.interchange.update_gate import check_turnable, turned

NAMES = frozenset(layers.__all__)
GRUS = ("GRU", "GRUCell")


def from_keras(layer_or_model, update_gate="keep"):
    """A copy with every `keras.layers.SimpleRNN`, `GRU` and `LSTM`, and their cells, as ours.

    layer_or_model: a layer, wrapper, cell or model, at any nesting; weights come along if it is
        built, the state of its optimizer does not.
    update_gate: what z = 1 means in the copy. "keep" as in Keras; "new" turns the gate, exactly.
    Raises ValueError where a gate cannot be turned, TypeError where a model has no config.
    """
    if update_gate not in ("keep", "new"):
        raise ValueError(f"update_gate is {update_gate!r}; expected 'keep' or 'new'")

    def ours(node):
        if not node["module"].startswith("keras") or node["class_name"] not in NAMES:
            return node
        name = node["class_name"]
        own = {"update_gate": update_gate} if name in GRUS else {}
        return node | {
            "module": getattr(layers, name).__module__,
            "registered_name": f"rnnexp>{name}",
            "config": node["config"] | own,
        }

    return _copy(layer_or_model, ours)


def to_keras(layer_or_model):
    """A copy with every layer and cell of ours as `keras.layers.SimpleRNN`, `GRU` or `LSTM`.

    It loads and runs without rnnexp. A GRU with update_gate="new" has its gate turned, exactly.
    Raises ValueError where a gate cannot be turned, TypeError where a model has no config.
    """

    def theirs(node):
        if not node["module"].startswith("rnnexp.layers"):
            return node
        config = {k: v for k, v in node["config"].items() if k != "update_gate"}
        return node | {"module": "keras.layers", "registered_name": None, "config": config}

    return _copy(layer_or_model, theirs)


def _copy(original, convert):
    """`original` rebuilt from its config, each node converted, with the weights moved over."""
    try:
        config = keras.saving.serialize_keras_object(original)
    except NotImplementedError as error:
        raise TypeError(
            f"{type(original).__name__} has no config to copy it from; give it get_config and "
            "from_config, or convert its recurrent layers one by one"
        ) from error
    config = _rewritten(config, convert)
    copy = keras.saving.deserialize_keras_object(config)
    if original.built and not copy.built:
        copy.build_from_config(original.get_build_config())
    cells, copied = _gru_cells(original), _gru_cells(copy)
    pairs = list(zip(cells, copied, strict=True))
    for before, after in pairs:
        if _reading(before) != _reading(after):
            check_turnable(before)
    copy.set_weights(original.get_weights())
    for before, after in pairs:
        if _reading(before) != _reading(after) and before.built:
            after.set_weights(turned(before.get_weights(), before.units))
    return copy


def _rewritten(node: Any, convert) -> Any:
    """A serialized object with every class in it, at any depth, put through `convert`."""
    if isinstance(node, dict):
        node = {key: _rewritten(value, convert) for key, value in node.items()}
        return convert(node) if "class_name" in node and node.get("module") else node
    if isinstance(node, list | tuple):
        return type(node)(_rewritten(value, convert) for value in node)
    return node


def _gru_cells(layer):
    return [cell for cell in layer._flatten_layers() if isinstance(cell, keras.layers.GRUCell)]


def _reading(cell) -> str:
    """What z = 1 means; Keras's own cells know only one."""
    return getattr(cell, "update_gate", "keep")
