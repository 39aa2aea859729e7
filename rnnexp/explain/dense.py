"""A neuron as `keras.layers.Dense` on the concatenation of the vectors that it reads."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from rnnexp.equations import Equation
from rnnexp.explain.explanation import Explanation


def dense_output(
    equation: Equation, unit: Explanation, k: int, value: Callable[[str], Any]
) -> np.ndarray:
    """Computes the output of neuron k, (B, M), which must not be one that is called in parts.

    Args:
        equation: The equation.
        unit: Its explanation.
        k: The index of the neuron.
        value: Returns the array for a text in the equations.
    """
    neuron, activation = unit.neurons[k], equation.neurons[k].activation
    read = [value(text) for text in neuron.reads]
    matrices = _matrices(equation, unit, k, value)
    biases = [value(w.name) for w in neuron.weights if w.shape == "M"]
    if neuron.is_dense:
        return _dense(read, matrices, sum(biases), activation)
    if neuron.factor:
        n = 1 if neuron.reads[0] == "x_t" else 0
        recurrent = _dense(read[n:], matrices[n:], biases[1])
        a = _dense(read[:n], matrices[:n], biases[0]) + value(neuron.factor) * recurrent
    else:
        a = _dense(read, matrices, sum(biases))
    if neuron.added:
        a = a + value(neuron.added)
    return ops.convert_to_numpy(activation(ops.convert_to_tensor(a)))


def _matrices(
    equation: Equation, unit: Explanation, k: int, value: Callable[[str], Any]
) -> list[np.ndarray]:
    """The matrix of each vector that a neuron reads."""
    neuron, derived = unit.neurons[k], equation.neurons[k].recurrent
    owner = next(n for n in unit.neurons if n.name == (neuron.weights_of or neuron.name))
    by_shape = {s: iter([w for w in owner.weights if w.shape == s]) for s in ("D×M", "M×M")}
    found = []
    for text in neuron.reads:
        from_input = text == "x_t"
        array = value(next(by_shape["D×M" if from_input else "M×M"]).name)
        if not from_input and derived is not None:
            array = ops.convert_to_numpy(derived(ops.convert_to_tensor(array)))
        found.append(array)
    return found


def _dense(
    vectors: list[Any], matrices: list[Any], bias: Any, activation: Callable | None = None
) -> Any:
    if not vectors:
        return bias
    x = np.concatenate(vectors, axis=-1)
    layer = keras.layers.Dense(len(bias), activation=activation, dtype="float64")
    layer.build(x.shape)
    layer.set_weights([np.concatenate(matrices), bias])
    return ops.convert_to_numpy(layer(x))
