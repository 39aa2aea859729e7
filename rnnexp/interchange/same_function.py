"""Functions that compute the same, from Keras and from TensorFlow."""

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
    """tanh, relu, sigmoid or hard_sigmoid, whichever `activation` computes; None for any other."""
    try:
        return _NAMES.get(activation)
    except TypeError:  # not hashable, so one's own
        return None
