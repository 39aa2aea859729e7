"""Layers and whole models to and from `keras.layers`."""

from collections.abc import Callable
from typing import Any, Literal

import keras

from rnnexp import layers
from rnnexp.interchange.compiling import compile_alike
from rnnexp.interchange.inner_layers import replace_inner
from rnnexp.interchange.rebuilding import Node, rebuilt
from rnnexp.interchange.state import copy_state, pairs
from rnnexp.interchange.update_gate import check_turnable, turn

GRUS = ("GRU", "GRUCell")
NAMES = frozenset([*GRUS, "LSTM", "LSTMCell", "SimpleRNN", "SimpleRNNCell"])

GRU_CELLS = (keras.layers.GRUCell, layers.GRUCell)


def from_keras(layer_or_model: keras.Layer, update_gate: Literal["keep", "new"] = "keep") -> Any:
    """A copy in which every SimpleRNN, GRU and LSTM of Keras's is one of `rnnexp.layers`.

    The copy has all that saving would store (weights, vocabularies, adapted values), the states of
    stateful layers and of seed generators, and the same `trainable`. Classes and functions of your
    own, lambdas too, need no registration and are shared with the copy.

    A compiled model is compiled again with the same arguments: the same loss, a new optimizer and
    new metrics of the same configuration, whose values start afresh. A model with a `compile`
    method of its own is left uncompiled.

    Args:
        layer_or_model: A layer, wrapper, cell or model, with layers nested in it at any depth.
        update_gate: What z = 1 means in the GRUs of the copy: "keep" keeps the old state, as in
            Keras; "new" takes the candidate. The copy computes the same either way.

    Returns:
        A layer or model of the same kind. The original stays as it is.

    Raises:
        ValueError: The gate of a GRU cannot be converted exactly.
        TypeError: A layer has no config to be copied from.
    """
    if update_gate not in ("keep", "new"):
        raise ValueError(f"update_gate is {update_gate!r}; expected 'keep' or 'new'")

    def is_keras_s(layer: keras.Layer) -> bool:
        return type(layer).__module__.startswith("keras.") and type(layer).__name__ in NAMES

    def ours(node: Node) -> Node:
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


def to_keras(layer_or_model: keras.Layer) -> Any:
    """A copy in which every layer and cell of `rnnexp.layers` is the one of `keras.layers`.

    It loads and runs without rnnexp, and has all that `from_keras` says. A GRU with
    update_gate="new" is converted exactly.

    Args:
        layer_or_model: A layer, wrapper, cell or model, with layers nested in it at any depth.

    Returns:
        A layer or model of the same kind. The original stays as it is.

    Raises:
        ValueError: The gate of a GRU cannot be converted exactly, or `keras.layers` does not have
            a unit.
        TypeError: A layer has no config to be copied from.
    """

    def is_ours(layer: keras.Layer) -> bool:
        return type(layer).__module__.startswith("rnnexp.layers")

    def theirs(node: Node) -> Node:
        if not (node["module"] or "").startswith("rnnexp.layers"):
            return node
        if node["class_name"] not in NAMES:
            raise ValueError(
                f"keras.layers has no {node['class_name']}; expected units that it has: SimpleRNN, "
                "GRU and LSTM. A model with other units needs rnnexp where it is loaded, or "
                "model.export, which needs no Python classes"
            )
        config = {k: v for k, v in node["config"].items() if k != "update_gate"}
        return node | {"module": "keras.layers", "registered_name": None, "config": config}

    return _copy(layer_or_model, theirs, is_ours)


def _copy(
    original: keras.Layer, convert: Callable[[Node], Node], is_wanted: Callable[[keras.Layer], bool]
) -> Any:
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
    turning = [(a, b) for a, b in together if isinstance(a, GRU_CELLS)]
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


def _reading(cell: keras.Layer) -> str:
    """What z = 1 means; Keras's own cells know only one."""
    return getattr(cell, "update_gate", "keep")
