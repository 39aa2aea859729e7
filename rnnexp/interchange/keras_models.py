"""Conversion of layers and models to and from `keras.layers`."""

from collections.abc import Callable
from typing import Any, Literal

import keras

from rnnexp import layers
from rnnexp.interchange.compiling import compile_alike
from rnnexp.interchange.inner_layers import replace_inner
from rnnexp.interchange.rebuilding import Node, rebuilt
from rnnexp.interchange.state import copy_state, pairs
from rnnexp.interchange.unsaid import unsaid, without_options
from rnnexp.interchange.update_gate import check_turnable, turn
from rnnexp.layers.recurrent_initializer import GENERAL, by_neuron

GRUS = ("GRU", "GRUCell")
NAMES = frozenset([*GRUS, "LSTM", "LSTMCell", "SimpleRNN", "SimpleRNNCell"])

GRU_CELLS = (keras.layers.GRUCell, layers.GRUCell)


def from_keras(layer_or_model: keras.Layer, update_gate: Literal["keep", "new"] = "keep") -> Any:
    """Copies a layer or model and replaces Keras's SimpleRNN, GRU and LSTM by `rnnexp.layers`.

    The copy has everything that saving stores (weights, vocabularies, adapted values), the states
    of stateful layers and of seed generators, and the same `trainable` attributes. Custom classes
    and functions, including lambdas, need no registration and are shared with the copy.

    A compiled model is compiled with the same arguments: the same loss, and a new optimizer and new
    metrics with the same configuration and initial values. A model that overrides `compile` is left
    uncompiled.

    Args:
        layer_or_model: A layer, wrapper, cell or model, with layers nested at any depth.
        update_gate: The meaning of z = 1 in the GRUs of the copy: "keep" keeps the old state, as in
            Keras; "new" takes the candidate. The copy computes the same in both cases.

    Returns:
        A layer or model of the same kind. The original is not changed.

    Raises:
        ValueError: The update gate of a GRU cannot be converted exactly.
        TypeError: A layer has no config from which it can be copied.
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
    """Copies a layer or model and replaces layers and cells of `rnnexp.layers` by Keras's.

    The copy loads and runs without rnnexp. It contains everything that a copy by `from_keras` does.
    A GRU with update_gate="new" is converted exactly.

    Args:
        layer_or_model: A layer, wrapper, cell or model, with layers nested at any depth.

    Returns:
        A layer or model of the same kind. The original is not changed.

    Raises:
        ValueError: The update gate of a GRU cannot be converted exactly, or `keras.layers` has no
            such unit or option.
        TypeError: A layer has no config from which it can be copied.
    """

    def is_ours(layer: keras.Layer) -> bool:
        return type(layer).__module__.startswith("rnnexp.layers")

    def theirs(node: Node) -> Node:
        if not (node["module"] or "").startswith("rnnexp.layers"):
            return node
        if node["class_name"] not in NAMES:
            raise ValueError(
                f"keras.layers has no {node['class_name']}; expected SimpleRNN, GRU or LSTM. A "
                "saved model with other units needs rnnexp when it is loaded; a model written by "
                "model.export needs no Python classes"
            )
        problem = unsaid(node["config"])
        if problem is not None:
            raise ValueError(
                f"{node['config'].get('name')!r} {problem}; expected a layer without it: "
                "keras.layers has no such option"
            )
        config = without_options(node["config"])
        config.pop("update_gate", None)
        if by_neuron(config["recurrent_initializer"]):
            config["recurrent_initializer"] = GENERAL
        return node | {"module": "keras.layers", "registered_name": None, "config": config}

    return _copy(layer_or_model, theirs, is_ours)


def _copy(
    original: keras.Layer, convert: Callable[[Node], Node], is_wanted: Callable[[keras.Layer], bool]
) -> Any:
    """Rebuilds `original` from its converted config and copies its state.

    Args:
        original: A layer or model.
        convert: A function from a serialized object to the one to create instead.
        is_wanted: A function that returns whether `convert` applies to a layer.

    Returns:
        The copy.

    Raises:
        TypeError: `original` is not a layer, or a layer cannot be rebuilt or replaced.
    """
    if not isinstance(original, keras.Layer):
        raise TypeError(f"got {type(original).__name__}; expected a Keras layer, cell or model")
    copy = rebuilt(original, convert)

    replace_inner(copy, is_wanted, lambda layer: rebuilt(layer, convert))
    left = next(filter(is_wanted, copy._flatten_layers()), None)
    if left is not None:
        raise TypeError(
            f"cannot replace the {type(left).__name__} {left.name!r} that "
            f"{type(original).__name__} creates in its code; expected it in an attribute of a "
            "layer or subclassed model, or in a list or dict in an attribute"
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
    """The meaning of z = 1. Keras's cells have only "keep"."""
    return getattr(cell, "update_gate", "keep")
