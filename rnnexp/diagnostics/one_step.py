"""Computes one step of an equation at all timesteps at once, from known inputs and states.

A trace contains every x_t and every state before t. So one call replaces the loop of training, and
the derivative of the call is the derivative of every step.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import tensorflow as tf
from keras import ops

from rnnexp.engine.neurons import multiplying, step
from rnnexp.engine.plan import Plan, Product, plan
from rnnexp.engine.weights import (
    Weights,
    group_matrices,
    input_product,
    output_biases,
    with_ones,
)
from rnnexp.equations import Equation


class Added(NamedTuple):
    """Zeros that are added inside a step of R rows, so that a tape can compute gradients there.

    Attributes:
        pre_activations: For each neuron (R, M), added to its pre-activation.
        inputs: For each neuron (R, M), added to x_t W_x.
        products: For each product (R, M), added to v W_h.
        vectors: (R, count M) for each of the equation's vectors.
    """

    pre_activations: Mapping[int, Any] = MappingProxyType({})
    inputs: Mapping[int, Any] = MappingProxyType({})
    products: Mapping[Product, Any] = MappingProxyType({})
    vectors: tuple[Any, ...] = ()


_NOTHING = Added()


class Step(NamedTuple):
    """The result of a step of R rows.

    Attributes:
        states: The next states, S of (R, M).
        outputs: The output of each neuron in weight order, (R, M).
        read: For each product, the vector v (R, M) that the neuron read.
    """

    states: tuple[Any, ...]
    outputs: list[Any]
    read: dict[Product, Any]


class Gradients(NamedTuple):
    """Gradients of the loss inside a step of R rows.

    Attributes:
        inputs: For each neuron (R, M), at x_t W_x.
        products: For each product (R, M), at v W_h.
        vectors: (R, count M) for each of the equation's vectors.
    """

    inputs: list[Any]
    products: dict[Product, Any]
    vectors: tuple[Any, ...]


def one_step(
    equation: Equation,
    weights: Weights,
    x,
    states,
    added: Added = Added(),  # noqa: B008
) -> Step:
    """Computes a step of R independent rows.

    Args:
        equation: The equation.
        weights: The effective weights.
        x: The inputs, (R, D).
        states: The states before the step, S of (R, M).
        added: The zeros that are added inside the step.
    """
    units = states[0].shape[-1]
    layout = plan(equation)
    matrices = group_matrices(layout, units, weights)
    row = x if weights.bias is None else with_ones(x)
    read: dict[Product, Any] = {}
    outputs: dict[int, Any] = {}

    def product(g, v):
        group = layout.groups[g]
        read.update(dict.fromkeys(group.products, v))
        operand = ops.concatenate([v, row], axis=-1) if group.with_input else v
        found = ops.matmul(operand, matrices[g])
        moved = [_added_to(layout, p, added) for p in group.products]
        if all(part is None for part in moved):
            return found
        zeros = ops.zeros_like(states[0])
        return found + ops.concatenate([zeros if a is None else a for a in moved], axis=-1)

    def keep(k, _, output):
        outputs[k] = output

    apart, biases = {}, dict(output_biases(layout, units, weights))
    for k in layout.apart:
        whole = None if k in layout.parts else added.pre_activations.get(k)
        apart[k] = _sum(input_product(layout, k, units, x, weights), added.inputs.get(k), whole)
    for k in layout.parts:
        bias = _sum(biases.get(k), added.pre_activations.get(k))
        if bias is not None:
            biases[k] = bias
    vectors = weights.vectors
    if added.vectors:
        vectors = tuple(v + a for v, a in zip(vectors, added.vectors, strict=True))
    neurons = multiplying(equation, layout, product, apart, biases, keep)
    following = step(equation, neurons, states, vectors)
    return Step(following, [outputs[k] for k in range(len(outputs))], read)


def _added_to(layout: Plan, product: Product, added: Added):
    """Returns the sum of what is added to a product of a group, which may include the input."""
    k, position = product
    moved = added.products.get(product)
    if position > 0 or k in layout.apart:
        return moved
    return _sum(moved, added.inputs.get(k), added.pre_activations.get(k))


def _sum(*terms):
    there = [term for term in terms if term is not None]
    return sum(there[1:], start=there[0]) if there else None


def step_and_deltas(equation: Equation, weights: Weights, x, states, d_states):
    """Computes a step, and the gradients at pre-activations and inputs.

    Args:
        equation: The equation.
        weights: The effective weights.
        x: The inputs, (R, D).
        states: The states before the step, S of (R, M).
        d_states: dL/d(state after the step), S of (R, M).

    Returns:
        The `Step`; δ (R, M), the gradient at the pre-activation, for each neuron; and the gradient
        at x, (R, D).
    """
    zeros = {k: tf.zeros_like(states[0]) for k in range(len(equation.neurons))}
    with tf.GradientTape() as tape:
        tape.watch((x, zeros))
        found = one_step(equation, weights, x, states, Added(pre_activations=zeros))
    d_x, deltas = _gradient(tape, found.states, (x, zeros), d_states)
    return found, list(deltas.values()), d_x


def step_gradients(
    equation: Equation, weights: Weights, x, states, d_states
) -> tuple[Step, Gradients]:
    """Computes a step, and the gradients at its products. See `step_and_deltas` for the arguments.

    The gradient at a product is δ for a neuron that only sums its products. It differs from δ if
    the product is multiplied by a gate or normalized. `step` gets the vectors of the unit as
    (R, count M), one for each row, instead of (count M,).
    """
    layout, like = plan(equation), tf.zeros_like(states[0])
    zeros = Added(
        inputs={k: tf.identity(like) for k in range(len(equation.neurons))},
        products={p: tf.identity(like) for p in layout.recurrent_columns},
        vectors=tuple(tf.zeros([x.shape[0], *v.shape], v.dtype) for v in weights.vectors),
    )
    followed = zeros.inputs, list(zeros.products.values()), zeros.vectors
    with tf.GradientTape() as tape:
        tape.watch(followed)
        found = one_step(equation, weights, x, states, zeros)
    inputs, products, vectors = _gradient(tape, found.states, followed, d_states)
    by_product = dict(zip(zeros.products, products, strict=True))
    return found, Gradients(list(inputs.values()), by_product, vectors)


def _gradient(tape, states, followed, d_states):
    return tape.gradient(
        states,
        followed,
        output_gradients=tuple(d_states),
        unconnected_gradients=tf.UnconnectedGradients.ZERO,
    )
