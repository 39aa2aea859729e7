"""Copies the complete state of a model to another model of the same structure."""

from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
from keras import ops, tree

LOOKUPS = (keras.layers.StringLookup, keras.layers.IntegerLookup)


def copy_state(before: keras.Layer, after: keras.Layer) -> None:
    """Copies the state of every layer in `before` to its counterpart in `after`.

    The state includes what saving stores: variables (`save_own_variables`) and files
    (`save_assets`, for example vocabularies). It also includes what saving does not store: the
    states of seed generators and stateful layers, and which layers and variables are trainable. A
    layer of `after` that is not built yet is built like its counterpart.

    Args:
        before: A layer or model.
        after: A copy with the same layers; it is changed in place.

    Raises:
        TypeError: The two do not have the same layers.
    """
    together = list(pairs(before, after))
    for old, new in together:
        new.trainable = old.trainable
    for old, new in together:
        if isinstance(old, LOOKUPS):
            _copy_vocabulary(old, new)
        elif not isinstance(old, keras.layers.TextVectorization):  # its inner lookup has the state
            _copy_variables(old, new)
            _copy_assets(old, new)
        for seed, new_seed in zip(old._seed_generators, new._seed_generators, strict=True):
            new_seed.state.assign(seed.state.value)
        if isinstance(old, keras.layers.RNN) and isinstance(new, keras.layers.RNN):
            _copy_recurrent(old, new)


def pairs(
    before: keras.Layer, after: keras.Layer, seen: set[int] | None = None
) -> Iterator[tuple[keras.Layer, keras.Layer]]:
    """Yields every layer of `before`, itself first, with its counterpart in `after`.

    Each layer is yielded once. Layers are matched by name if both sides have the same names, and
    otherwise by their order.

    Raises:
        TypeError: A layer and its counterpart contain different numbers of layers.
    """
    seen = set() if seen is None else seen
    if id(before) in seen:
        return
    seen.add(id(before))
    if before.built and not after.built:
        after.build_from_config(before.get_build_config())
        after.built = True
    yield before, after
    inner, counterparts = list(before._layers), list(after._layers)
    by_name = {layer.name: layer for layer in counterparts}
    if len(by_name) == len(inner) and {layer.name for layer in inner} == set(by_name):
        counterparts = [by_name[layer.name] for layer in inner]
    if len(inner) != len(counterparts):
        raise TypeError(
            f"{type(before).__name__} {before.name!r} has {len(inner)} layers and its copy "
            f"{len(counterparts)}; expected the same number: create all inner layers in __init__ "
            "or build"
        )
    for old, new in zip(inner, counterparts, strict=True):
        yield from pairs(old, new, seen)


def own_variables(layer: keras.Layer) -> list[keras.Variable]:
    """Returns the variables of a layer without those of its inner layers."""
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def _copy_variables(before: keras.Layer, after: keras.Layer) -> None:
    store: dict[str, Any] = {}
    before.save_own_variables(store)
    values = {name: np.asarray(_array(value)) for name, value in store.items()}
    try:
        after.load_own_variables(values)
    except ValueError as error:
        raise TypeError(
            f"the copy of {type(before).__name__} {before.name!r} has different variables: "
            f"{str(error).strip().partition(chr(10))[0]}; expected a get_config that returns all "
            "arguments"
        ) from error
    old, new = own_variables(before), own_variables(after)
    if len(old) == len(new):
        for one, other in zip(old, new, strict=True):
            other.trainable = one.trainable


def _array(value: Any) -> Any:
    return ops.convert_to_numpy(value) if isinstance(value, keras.Variable) else value


def _copy_assets(before: keras.Layer, after: keras.Layer) -> None:
    if hasattr(before, "save_assets") and hasattr(after, "load_assets"):
        with TemporaryDirectory() as folder:
            before.save_assets(folder)
            after.load_assets(folder)


def _copy_vocabulary(before: keras.Layer, after: keras.Layer) -> None:
    """Copies in memory, because Keras's file format splits a token that contains a line break."""
    in_the_config = before.input_vocabulary is not None
    if in_the_config or not before.get_vocabulary(include_special_tokens=False):
        return
    weighted = before.output_mode == "tf_idf"
    weights = {"idf_weights": before.idf_weights_const.numpy()} if weighted else {}
    after.set_vocabulary(before.get_vocabulary(include_special_tokens=True), **weights)


def _copy_recurrent(before: keras.layers.RNN, after: keras.layers.RNN) -> None:
    """Copies the states, which Keras does not track, and attributes missing from the config."""
    states = [] if before.states is None else tree.flatten(before.states)
    if states and after.states is None:
        after._create_state_variables(states[0].shape[0])
        after._expected_batch_size = before._expected_batch_size
    for old, new in zip(states, tree.flatten(after.states), strict=False):
        new.assign(old.value)
    after.activity_regularizer = before.activity_regularizer
    for name in ("use_cudnn", "jit_compile"):
        if hasattr(before, name) and hasattr(after, name):
            setattr(after, name, getattr(before, name))
    if hasattr(before.cell, "seed") and hasattr(after.cell, "seed"):
        after.cell.seed = before.cell.seed
