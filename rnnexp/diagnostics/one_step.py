"""One step of an equation at all timesteps at once: every x_t and every state before t is known.

So what takes a loop in training takes one call here, and the derivative of that call is the
derivative of every step.
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
    """What is added inside a step, for R rows: zeros, at which a tape finds gradients.

    Attributes:
        pre_activations: By neuron (R, M), added to its pre-activation.
        inputs: By neuron (R, M), added to x_t W_x.
        products: By product (R, M), added to v W_h.
        vectors: (R, count M) for each of the equation's own vectors.
    """

    pre_activations: Mapping[int, Any] = MappingProxyType({})
    inputs: Mapping[int, Any] = MappingProxyType({})
    products: Mapping[Product, Any] = MappingProxyType({})
    vectors: tuple[Any, ...] = ()


_NOTHING = Added()


class Step(NamedTuple):
    """What a step of R rows gives.

    Attributes:
        states: The next states, S of (R, M).
        outputs: By neuron in weight order (R, M).
        read: By product, the vector v (R, M) that the neuron read.
    """

    states: tuple[Any, ...]
    outputs: list[Any]
    read: dict[Product, Any]


class Gradients(NamedTuple):
    """Gradients of the loss inside a step of R rows.

    Attributes:
        inputs: By neuron (R, M), at x_t W_x.
        products: By product (R, M), at v W_h.
        vectors: (R, count M) for each of the equation's own vectors.
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
    """Computes a step in R rows that are independent of each other.

    Args:
        equation: What is computed.
        weights: As they multiply.
        x: (R, D).
        states: S of (R, M), before the step.
        added: What is added inside the step.
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
    """What is added to a product of a group, which may hold the share of the input, too."""
    k, position = product
    moved = added.products.get(product)
    if position > 0 or k in layout.apart:
        return moved
    return _sum(moved, added.inputs.get(k), added.pre_activations.get(k))


def _sum(*terms):
    there = [term for term in terms if term is not None]
    return sum(there[1:], start=there[0]) if there else None


def step_and_deltas(equation: Equation, weights: Weights, x, states, d_states):
    """A step, and the gradients that come back into it.

    Args:
        equation: What is computed.
        weights: As they multiply.
        x: (R, D).
        states: S of (R, M), before the step.
        d_states: S of (R, M), dL/d(state after the step).

    Returns:
        The `Step`; by neuron (R, M) δ, the gradient at its pre-activation; (R, D) the gradient at
        x.
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
    """A step, and the gradients at what its weights multiply; arguments as `step_and_deltas`.

    The gradient at a product is δ for a neuron that only sums its products. It is another one where
    a gate is multiplied into the product, or where the unit normalises it. The unit's own vectors
    are given to `step` as rows (R, count M), one for each, where the layer gives it (count M,).
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
