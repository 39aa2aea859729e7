"""The retention of a unit at rest, on any backend of Keras.

At rest the inputs are zero and the recurrent products are zero, so every neuron is the activation
of its bias. This is an untrained unit on zeros. The retention is that of `diagnostics`: the
derivative of the memory with respect to the previous memory, with the neurons held constant.
"""

from contextlib import nullcontext

import keras
import numpy as np
from keras import initializers, ops

from rnnexp.engine.neurons import step
from rnnexp.equations import Equation, StepNeuron, Vector

_STEPS = 4  # sLSTM forgets its initial state in the first step
_DELTA = 0.01
_CHANGES = 1e-6  # a difference of the retention that is not rounding


def retention_at_rest(equation: Equation, biases) -> np.ndarray:
    """Computes the fraction of the memory that a step of a unit at rest keeps.

    Args:
        equation: The equation. Its vectors have their initial values.
        biases: For each neuron, in weight order, its bias (M,).

    Returns:
        The retention after a few steps, (M,).
    """
    with eager():
        biases = [_tensor(bias)[None] for bias in biases]
        units = biases[0].shape[-1]
        vectors = [_initial_vector(vector, units) for vector in equation.vectors]
        states = [_start(equation, name, units) for name in equation.states]
        for _ in range(_STEPS):
            neurons = [_AtRest(*pair) for pair in zip(equation.neurons, biases, strict=True)]
            before, states = states, step(equation, neurons, states, vectors)
        held = [_Held(neuron.value, neuron.zero) for neuron in neurons]
        j = equation.memory_index

        def memory(change):
            moved = [s + change if i == j else s for i, s in enumerate(before)]
            return ops.convert_to_numpy(step(equation, held, moved, vectors)[j])[0]

        # The five-point difference: exact if a step is affine in the memory.
        near = memory(_DELTA) - memory(-_DELTA)
        far = memory(2 * _DELTA) - memory(-2 * _DELTA)
        return (8 * near - far) / (12 * _DELTA)


def retention_signs(equation: Equation) -> dict[int, int]:
    """Finds which gates decide the retention, and in which direction.

    Args:
        equation: The equation.

    Returns:
        For each neuron with the role of a gate on which the retention at rest depends, by its index
        in weight order: 1 if a greater bias keeps more of the memory, -1 if it keeps less.
    """
    rest = [np.zeros(1)] * len(equation.neurons)
    signs = {}
    for k, neuron in enumerate(equation.neurons):
        if neuron.is_gate:
            more, less = (
                retention_at_rest(equation, [*rest[:k], np.array([b]), *rest[k + 1 :]])[0]
                for b in (1.0, -1.0)
            )
            if abs(more - less) > _CHANGES:
                signs[k] = 1 if more > less else -1
    return signs


class _AtRest(StepNeuron):
    """A neuron whose products are zero. It remembers its output."""

    def __init__(self, neuron, bias):
        self._activation, self._bias = neuron.activation, bias
        self.zero = ops.zeros_like(bias)
        self.value = None

    def __call__(self, *vectors, gate=None, plus=None):
        return self.output(self.zero if plus is None else self.zero + plus)

    def input(self):
        return self.zero

    def product(self, *vectors):
        return self.zero

    def output(self, pre_activation):
        self.value = self._activation(pre_activation + self._bias)
        return self.value


class _Held(StepNeuron):
    """A neuron that returns a constant, whatever it reads."""

    def __init__(self, value, zero):
        self._value, self._zero = value, zero

    def __call__(self, *vectors, gate=None, plus=None):
        return self._value

    def input(self):
        return self._zero

    def product(self, *vectors):
        return self._zero

    def output(self, pre_activation):
        return self._value


def eager():
    """Returns a context in which tensors have values, even while a function is being traced."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.init_scope()
    if keras.backend.backend() == "jax":
        import jax

        return jax.ensure_compile_time_eval()
    return nullcontext()


def _tensor(array):
    # JAX has no float64 unless it is told to.
    dtype = "float32" if keras.backend.backend() == "jax" else "float64"
    return ops.convert_to_tensor(np.asarray(array, dtype))


def _initial_vector(vector: Vector, units):
    drawn = initializers.get(vector.initializer)((vector.count * units,))
    return _tensor(ops.convert_to_numpy(drawn))


def _start(equation: Equation, name, units):
    start = equation.initial.get(name, 0.0)
    if isinstance(start, Vector):
        return _initial_vector(start, units)[None]
    return _tensor(np.full((1, units), start))
