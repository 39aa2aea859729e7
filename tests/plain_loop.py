"""An equation over time as a plain Python loop that TensorFlow's tape records: no engine in it."""

from dataclasses import dataclass, field
from typing import NamedTuple

import tensorflow as tf

from rnnexp.equations import StepNeuron


class Passed(NamedTuple):
    """What a loop went through.

    states: T tuples of (B, M), after each timestep.
    read: T dictionaries, by neuron the vectors v_t (B, M) that it read.
    outputs: T dictionaries, by neuron its output (B, M).
    """

    states: list
    read: list
    outputs: list


class Columns(NamedTuple):
    """Where a unit's weights stand.

    kernel: by neuron that reads x, its block of columns. recurrent: by neuron, the blocks of the
    vectors that it reads.
    """

    kernel: dict
    recurrent: dict


@dataclass(frozen=True)
class Added:
    """What is added at the neurons, to differentiate in, or multiplied into what they read.

    inputs: by neuron (B, T, M), to x_t W_x. products: by neuron, for each vector that it reads (B,
        T, M), to v W_h.
    x_masks, h_masks: by neuron (B, D) and (B, M), multiplied into x_t and v.
    """

    inputs: dict = field(default_factory=dict)
    products: dict = field(default_factory=dict)
    x_masks: dict = field(default_factory=dict)
    h_masks: dict = field(default_factory=dict)


class _Counting(StepNeuron):
    """Counts what it reads, and answers with zeros."""

    def __init__(self, neuron, zeros):
        self.zeros, self.vectors, self.reads_input = zeros, 0, False
        self._reads_input = neuron.reads_input

    def __call__(self, *vectors, gate=None, plus=None):
        self.vectors, self.reads_input = len(vectors), self._reads_input
        return self.zeros

    def input(self):
        self.reads_input = True
        return self.zeros

    def product(self, *vectors):
        self.vectors = len(vectors)
        return self.zeros

    def output(self, pre_activation):
        return self.zeros


def columns(equation, states, vectors) -> Columns:
    """Found by a step in which every neuron answers with zeros."""
    zeros = tf.zeros_like(states[0])
    counting = [_Counting(neuron, zeros) for neuron in equation.neurons]
    equation.step(*counting, *states, *vectors)
    names = [neuron.name for neuron in equation.neurons]
    found, inputs, products = Columns({}, {}), 0, 0
    for k, (neuron, count) in enumerate(zip(equation.neurons, counting, strict=True)):
        if neuron.weights_of is not None:
            owner = names.index(neuron.weights_of)
            found.recurrent[k] = found.recurrent[owner][: count.vectors]
            if count.reads_input:
                found.kernel[k] = found.kernel[owner]
            continue
        found.recurrent[k] = list(range(products, products + count.vectors))
        products += count.vectors
        if count.reads_input:
            found.kernel[k] = inputs
            inputs += 1
    return found


class _Plain(StepNeuron):
    """A neuron that multiplies by its own blocks of columns."""

    def __init__(self, k, neuron, places, weights, x, t, added):
        self.k, self.neuron, self.places, self.weights = k, neuron, places, weights
        self.x, self.t, self.added = x, t, added
        self.read, self.answer = (), None
        self.M = weights["M"]

    def block(self, name, i):
        return self.weights[name][..., i * self.M : (i + 1) * self.M]

    def bias(self, row):
        """b beside the input's product (row 0), b_h beside the recurrent product (row 1)."""
        if "bias" not in self.weights:
            return 0.0
        own = self.block("bias", self.k)
        return own[row] if len(own.shape) == 2 else own if row == 0 else 0.0

    def input(self):
        from_x = 0.0
        if self.k in self.places.kernel:
            x = self.x * self.added.x_masks.get(self.k, 1.0)
            from_x = x @ self.block("kernel", self.places.kernel[self.k])
        return from_x + self._more(self.added.inputs)

    def product(self, *vectors):
        self.read = vectors
        found = []
        for j, v in enumerate(vectors):
            W = self.block("recurrent_kernel", self.places.recurrent[self.k][j])
            W = W if self.neuron.recurrent is None else self.neuron.recurrent(W)
            more = self.added.products[self.k][j][:, self.t] if self.added.products else 0.0
            found.append((v * self.added.h_masks.get(self.k, 1.0)) @ W + more)
        return sum(found)

    def output(self, pre_activation):
        self.answer = self.neuron.activation(pre_activation + self.bias(0) + self.bias(1))
        return self.answer

    def __call__(self, *vectors, gate=1.0, plus=0.0):
        from_v = self.product(*vectors) + self.bias(1)
        self.answer = self.neuron.activation(self.input() + self.bias(0) + gate * from_v + plus)
        return self.answer

    def _more(self, by_neuron):
        return by_neuron[self.k][:, self.t] if self.k in by_neuron else 0.0


def loop(equation, weights, x, states, mask=None, taps=None, added=None) -> Passed:
    """Runs over x (B, T, D) from the states.

    weights: as they are stored, by name.
    taps: S of (B, T, M), added to the states after each timestep.
    """
    vectors = [weights[vector.name] for vector in equation.vectors]
    places = columns(equation, states, vectors)
    weights = {**weights, "M": states[0].shape[1]}
    passed = Passed([], [], [])
    for t in range(x.shape[1]):
        neurons = [
            _Plain(k, neuron, places, weights, x[:, t], t, added or Added())
            for k, neuron in enumerate(equation.neurons)
        ]
        following = equation.step(*neurons, *states, *vectors)
        following = following if isinstance(following, tuple) else (following,)
        if mask is not None:
            pairs = zip(following, states, strict=True)
            following = tuple(tf.where(mask[:, t, None], new, old) for new, old in pairs)
        if taps is not None:
            following = tuple(s + tap[:, t] for s, tap in zip(following, taps, strict=True))
        passed.states.append(following)
        passed.read.append({k: neuron.read for k, neuron in enumerate(neurons)})
        passed.outputs.append({k: neuron.answer for k, neuron in enumerate(neurons)})
        states = following
    return passed
