"""A step in which the neurons are held: each puts out what it put out when the trace was made."""

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from rnnexp.engine.neurons import step
from rnnexp.engine.plan import Product, plan
from rnnexp.engine.weights import Weights, columns
from rnnexp.equations import Equation, StepNeuron


class Read(NamedTuple):
    """What a neuron was given in a step, each (R, M); see `StepNeuron`.

    Attributes:
        vectors: What it read beside x_t.
        gate: What was multiplied into the recurrent product, or None.
        plus: What was added to the pre-activation, or None.
        pre_activation: What was given to `output` of a neuron in parts, without the bias, or None.
    """

    vectors: tuple[Any, ...] = ()
    gate: Any = None
    plus: Any = None
    pre_activation: Any = None


def held_step(equation: Equation, weights: Weights, x, states, outputs):
    """Computes a step of R rows with held neurons.

    Args:
        equation: What is computed.
        weights: As they multiply. The matrices are needed for neurons taken in parts alone.
        x: (R, D).
        states: S of (R, M), before the step.
        outputs: By neuron in weight order (R, M).

    Returns:
        The next states, S of (R, M), and by neuron the `Read`.
    """
    states, outputs, vectors = (
        [tf.convert_to_tensor(array) for array in arrays]
        for arrays in (states, outputs, weights.vectors)
    )
    neurons = [_Held(equation, k, weights, x, output) for k, output in enumerate(outputs)]
    following = step(equation, neurons, states, vectors)
    return following, [neuron.read for neuron in neurons]


def retention(equation: Equation, weights: Weights, x, states, outputs) -> np.ndarray:
    """The fraction of the memory that a step keeps: ∂memory_t/∂memory_{t-1}, neurons held.

    Held are the neurons' outputs, their products and the other states. So this is the direct path
    alone. It is computed as the gradient of the sum over the units, which is the diagonal of the
    derivative: exact where this path is elementwise, as it is in every unit of rnnexp.

    Args:
        equation: What is computed.
        weights: As they multiply. The matrices are needed for neurons taken in parts alone.
        x: (R, D).
        states: S of (R, M), before the step.
        outputs: By neuron in weight order (R, M).

    Returns:
        (R, M).
    """
    j = equation.memory_index
    states = [tf.convert_to_tensor(state) for state in states]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(states[j])
        following, _ = held_step(equation, weights, x, states, outputs)
    kept = tape.gradient(following[j], states[j], unconnected_gradients="zero")
    return kept.numpy()


class _Held(StepNeuron):
    """A held neuron, which notes what it is given."""

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
