"""Recognizes equivalent activation functions of Keras and TensorFlow."""

from typing import Any

import keras
import tensorflow as tf

_NAMES: dict[Any, str] = {
    getattr(module, name): name
    for module in (keras.activations, keras.ops, tf.nn, tf.math)
    for name in ("tanh", "relu", "sigmoid", "hard_sigmoid")
    if hasattr(module, name)
}


def name_of(activation: Any) -> str | None:
    """Returns "tanh", "relu", "sigmoid" or "hard_sigmoid"; None for any other activation."""
    try:
        return _NAMES.get(activation)
    except TypeError:  # not hashable, so it is not one of these
        return None
