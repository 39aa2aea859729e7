"""The backward pass, which differentiates one step at a time for t = T … 1.

Each step is run again, with the stored outputs in place of the neurons, and differentiated. The
only matrix product in a step is δ_t W_hᵀ. The gradients of the weights are one matrix product per
group after the loop: Σ_t [v_t; x_t; 1]ᵀ δ_t.
"""

from typing import Any, NamedTuple

import tensorflow as tf

from rnnexp.engine.forward import masked
from rnnexp.engine.neurons import step
from rnnexp.engine.operands import Operands, dropped, over_time
from rnnexp.engine.replay import replays
from rnnexp.engine.zoneout import zoned


class Gradients(NamedTuple):
    """Gradients of the loss, with the letters of `Operands` and the time axis first.

    Attributes:
        products: G of (T, B, n M), the gradient at the products of each group. It is δ_t for every
            neuron that has no gate and is not called in parts.
        input_products: For each neuron with a separate input product, (T, B, M).
        vectors, biases: With the shapes of `Operands`; only if not tapped.
        states: S of (B, M), the gradient at the initial states.
        after: S of (T, B, M), the total dL/d(state after t) through the recurrence; only if tapped.
        read: For each group that reads a computed vector, that vector (T, B, M); only if not
            tapped.
    """

    products: Any
    input_products: Any
    vectors: Any
    biases: Any
    states: Any
    after: Any
    read: Any


def backward(
    equation, plan, operands: Operands, states, stored, d_sequences, d_final, tapped=False
) -> Gradients:
    """Computes the gradients of a loss through all timesteps.

    Args:
        equation, plan: The equation and its plan.
        operands: The operands of the forward pass.
        states, stored: The states and stored values that `forward` returned.
        d_sequences: For each state index, (T, B, M): dL/d(state after t), without the recurrence.
        d_final: S of (B, M): the same for the states after the last timestep.
        tapped: Whether to return the gradients of the states instead of what the gradients of the
            weights need.

    Returns:
        The gradients.
    """
    every = over_time(operands)
    T = operands.timesteps
    length = T if operands.length is None else operands.length
    M = operands.units
    replay_at = replays(equation, plan, operands, states, stored)
    own_weights = ((), {}) if tapped else (operands.vectors, operands.biases)
    computed = [g for g, group in enumerate(plan.groups) if group.state is None and not tapped]

    def body(t, d_states, d_weights, kept):
        d_states = tuple(
            d + tf.gather(d_sequences[j], t) if j in d_sequences else d
            for j, d in enumerate(d_states)
        )
        previous = tuple(tf.gather(s, t) for s in states)
        now = every.at(t)
        replay = replay_at(t, now)
        watched = (previous, now.input_products, own_weights)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(watched)
            following = step(equation, replay.neurons(), previous, operands.vectors)
            following = masked(now.mask, zoned(now.zoneout, following, previous), previous)
        d_previous, d_inputs, d_own = tape.gradient(
            following,
            watched,
            output_gradients=d_states,
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        found = (
            [replay.delta(g, d_states[0]) for g in range(len(plan.groups))],
            d_inputs,
            d_states if tapped else (),
            [replay.read[g] for g in computed],
        )
        d_weights = tf.nest.map_structure(
            lambda total, d: total + tf.cast(d, total.dtype), d_weights, d_own
        )
        kept = tf.nest.map_structure(lambda a, value: a.write(t, value), kept, found)
        return t - 1, d_previous, d_weights, kept

    def record(products=1):
        shape = [operands.states[0].shape[0], products * M]
        return tf.TensorArray(operands.states[0].dtype, T, element_shape=shape)

    kept = (
        [record(len(group.products)) for group in plan.groups],
        {k: record() for k in operands.input_products},
        tuple(record() for _ in states) if tapped else (),
        [record() for _ in computed],
    )
    d_weights = tf.nest.map_structure(_wide_zeros, own_weights)
    loop = (tf.convert_to_tensor(length) - 1, tuple(d_final), d_weights, kept)
    _, d_initial, d_weights, kept = tf.while_loop(lambda t, *_: t >= 0, body, loop)
    d_products, d_inputs, after, vectors = tf.nest.map_structure(lambda a: a.stack(), kept)

    d_vectors, d_biases = tf.nest.map_structure(
        lambda d, w: tf.cast(d, w.dtype), d_weights, own_weights
    )
    read = dict(zip(computed, vectors, strict=True))
    return Gradients(d_products, d_inputs, d_vectors, d_biases, d_initial, after, read)


def _wide_zeros(weight):
    """Returns zeros for a sum of gradients, in a dtype that can sum many 16-bit numbers."""
    narrow = weight.dtype.size < 4
    return tf.zeros(weight.shape, tf.float32 if narrow else weight.dtype)


def matrix_gradients(plan, operands: Operands, states, found: Gradients) -> list[Any]:
    """Computes the gradients of the groups' matrices, in their shapes.

    Args:
        plan: The plan of the equation.
        operands: The operands of the forward pass.
        states: The states that `forward` returned, S of (T + 1, B, M).
        found: The result of `backward`.
    """
    every = over_time(operands)
    T = operands.timesteps

    def row(g, group):
        v = found.read[g] if group.state is None else states[group.state][:T]
        v = dropped(operands, g, v)
        return tf.concat([v, every.input(g)], 2) if group.with_input else v

    return [_sum_over_time(row(g, group), found.products[g]) for g, group in enumerate(plan.groups)]


def _sum_over_time(row, delta):
    """Computes Σ_t row_tᵀ δ_t, (K, N), from rows (T, B, K) and δ (T, B, N)."""

    def flat(a):
        return tf.reshape(a, [-1, a.shape[2]])

    return tf.matmul(flat(row), flat(delta), transpose_a=True)
