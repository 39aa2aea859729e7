"""Layers and whole models to and from `keras.layers`."""

import keras

from rnnexp import layers
from rnnexp.interchange.compiling import compile_alike
from rnnexp.interchange.inner_layers import replace_inner
from rnnexp.interchange.rebuilding import rebuilt
from rnnexp.interchange.state import copy_state, pairs
from rnnexp.interchange.update_gate import check_turnable, turn

NAMES = frozenset(layers.__all__)
GRUS = ("GRU", "GRUCell")


def from_keras(layer_or_model, update_gate="keep"):
    """A copy with every `keras.layers.SimpleRNN`, `GRU` and `LSTM`, and their cells, as ours.

    layer_or_model: a layer, wrapper, cell or model, at any nesting. All that saving would store
        comes along (weights, vocabularies, what was adapted), and so do the states of stateful
        layers and of seeds, and what is trainable. Own classes and functions, lambdas too, need no
        registration and are shared with the copy.
    update_gate: what z = 1 means in the copy. "keep" as in Keras; "new" turns the gate, exactly.

    A compiled model is compiled again with the same arguments: the same loss, a new optimizer and
    new metrics of the same configuration, whose values start afresh. One with a `compile` method of
    its own is left uncompiled.
    Raises ValueError where a gate cannot be turned, TypeError where something has no config.
    """
    if update_gate not in ("keep", "new"):
        raise ValueError(f"update_gate is {update_gate!r}; expected 'keep' or 'new'")

    def is_keras_s(layer):
        return type(layer).__module__.startswith("keras.") and type(layer).__name__ in NAMES

    def ours(node):
        if not (node["module"] or "").startswith("keras") or node["class_name"] not in NAMES:
            return node
        name = node["class_name"]
        own = {"update_gate": update_gate} if name in GRUS else {}
        return node | {
            "module": getattr(layers, name).__module__,
            "registered_name": f"rnnexp>{name}",
            "config": node["config"] | own,
        }

    return _copy(layer_or_model, ours, is_keras_s)


def to_keras(layer_or_model):
    """A copy with every layer and cell of ours as `keras.layers.SimpleRNN`, `GRU` or `LSTM`.

    It loads and runs without rnnexp. What comes along is what `from_keras` says. A GRU with
    update_gate="new" has its gate turned, exactly.
    Raises ValueError where a gate cannot be turned, TypeError where something has no config.
    """

    def is_ours(layer):
        return type(layer).__module__.startswith("rnnexp.layers")

    def theirs(node):
        if not (node["module"] or "").startswith("rnnexp.layers"):
            return node
        config = {k: v for k, v in node["config"].items() if k != "update_gate"}
        return node | {"module": "keras.layers", "registered_name": None, "config": config}

    return _copy(layer_or_model, theirs, is_ours)


def _copy(original, convert, is_wanted):
    """`original` rebuilt from its config, each node converted, with all that it knows.

    is_wanted: whether a layer is one of those that `convert` is about.
    """
    if not isinstance(original, keras.Layer):
        raise TypeError(
            f"got {type(original).__name__}; expected a layer, a cell or a model of Keras"
        )
    copy = rebuilt(original, convert)

    replace_inner(copy, is_wanted, lambda layer: rebuilt(layer, convert))
    left = next(filter(is_wanted, copy._flatten_layers()), None)
    if left is not None:
        raise TypeError(
            f"{left.name!r}, a {type(left).__name__} that {type(original).__name__} makes in its "
            "own code, cannot be replaced there; keep it in an attribute of a layer or of a "
            "subclassed model, or in a list or dict there"
        )
    together = list(pairs(original, copy))
    turning = [(a, b) for a, b in together if isinstance(a, keras.layers.GRUCell)]
    turning = [(a, b) for a, b in turning if _reading(a) != _reading(b)]
    for before, _ in turning:
        check_turnable(before)
    copy_state(original, copy)
    for before, after in turning:
        turn(before, after)
    for before, after in together:
        if isinstance(before, keras.Model):
            compile_alike(before, after)
    return copy


def _reading(cell) -> str:
    """What z = 1 means; Keras's own cells know only one."""
    return getattr(cell, "update_gate", "keep")
