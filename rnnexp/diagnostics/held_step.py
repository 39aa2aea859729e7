"""Computes a step in which the neurons are held: their outputs are those of the trace."""

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from rnnexp.engine.neurons import step
from rnnexp.engine.plan import Product, plan
from rnnexp.engine.weights import Weights, columns
from rnnexp.equations import Equation, StepNeuron


class Read(NamedTuple):
    """The arguments of a neuron in a step, each (R, M); see `StepNeuron`.

    Attributes:
        vectors: The vectors that it read besides x_t.
        gate: The factor of the recurrent product, or None.
        plus: The term added to the pre-activation, or None.
        pre_activation: The argument of `output` of a neuron called in parts, without the bias, or
            None.
    """

    vectors: tuple[Any, ...] = ()
    gate: Any = None
    plus: Any = None
    pre_activation: Any = None


def held_step(equation: Equation, weights: Weights, x, states, outputs):
    """Computes a step of R rows with held neurons.

    Args:
        equation: The equation.
        weights: The effective weights. The matrices are needed only for neurons called in parts.
        x: The inputs, (R, D).
        states: The states before the step, S of (R, M).
        outputs: The output of each neuron in weight order, (R, M).

    Returns:
        The next states, S of (R, M), and a `Read` for each neuron.
    """
    states, outputs, vectors = (
        [tf.convert_to_tensor(array) for array in arrays]
        for arrays in (states, outputs, weights.vectors)
    )
    neurons = [_Held(equation, k, weights, x, output) for k, output in enumerate(outputs)]
    following = step(equation, neurons, states, vectors)
    return following, [neuron.read for neuron in neurons]


def retention(equation: Equation, weights: Weights, x, states, outputs) -> np.ndarray:
    """Computes the fraction of the memory that a step keeps: ∂memory_t/∂memory_{t-1}.

    The neurons' outputs, their products and the other states are held constant, so this is only the
    direct path. It is computed as the gradient of the sum over the units, which is the diagonal of
    the derivative. This is exact if the direct path is elementwise, as in every unit of rnnexp.

    Args:
        equation: The equation.
        weights: The effective weights. The matrices are needed only for neurons called in parts.
        x: The inputs, (R, D).
        states: The states before the step, S of (R, M).
        outputs: The output of each neuron in weight order, (R, M).

    Returns:
        The retention, (R, M).
    """
    j = equation.memory_index
    states = [tf.convert_to_tensor(state) for state in states]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(states[j])
        following, _ = held_step(equation, weights, x, states, outputs)
    kept = tape.gradient(following[j], states[j], unconnected_gradients="zero")
    return kept.numpy()


class _Held(StepNeuron):
    """A held neuron that records its arguments."""

    def __init__(self, equation, k, weights: Weights, x, output):
        self._equation, self._k = equation, k
        self._weights, self._x, self._output = weights, x, output
        self.read = Read()

    def __call__(self, *vectors, gate=None, plus=None):
        self.read = Read(vectors, gate, plus)
        return self._output

    def input(self):
        i = plan(self._equation).kernel_columns.index(self._k)
        return self._held_product(self._x, self._weights.kernel, i)

    def product(self, *vectors):
        self.read = self.read._replace(vectors=vectors)
        every = plan(self._equation).recurrent_columns
        matrix = self._weights.recurrent_kernel
        return sum(
            self._held_product(v, matrix, every.index(Product(self._k, j)))
            for j, v in enumerate(vectors)
        )

    def output(self, pre_activation):
        self.read = self.read._replace(pre_activation=pre_activation)
        return self._output

    def _held_product(self, v, matrix, i):
        M = self._output.shape[-1]
        return tf.stop_gradient(tf.matmul(v, columns(matrix, i, i + 1, M)))
