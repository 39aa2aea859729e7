"""The reverse sweep: t = T … 1, one step's derivative at a time.

Each step is run again with the neurons' stored outputs standing in for them, and differentiated.
What is multiplied is only the way back, δ_t W_hᵀ. The weights' gradients are one matrix product per
group after the sweep: Σ_t [v_t; x_t; 1]ᵀ δ_t.
"""

from typing import Any, NamedTuple

import tensorflow as tf

from rnnexp.engine.forward import masked
from rnnexp.engine.neurons import step
from rnnexp.engine.operands import Operands, dropped, over_time
from rnnexp.engine.replay import Replay


class Gradients(NamedTuple):
    """Gradients of the loss, in the letters of `Operands` but time first.

    products: G of (T, B, n M), at the groups' products: δ_t for every neuron that is not gated.
    gated_inputs: by gated neuron (T, B, M): δ_t.
    states: S of (B, M), at the initial states.
    after: S of (T, B, M): the whole dL/d(state after t), through the recurrence; only if tapped.
    read: by group that reads no state as it is (T, B, M): the vector that it read; not if tapped.
    """

    products: Any
    gated_inputs: Any
    states: Any
    after: Any
    read: Any


def reverse(
    equation, plan, operands: Operands, states, stored, d_sequences, d_final, tapped=False
) -> Gradients:
    """Gradients of a loss through all timesteps.

    states, stored: as `forward` returned them.
    d_sequences: by state index (T, B, M): dL/d(state after t), not through the recurrence.
    d_final: S of (B, M): the same for the states after the last timestep.
    tapped: whether the states' gradients are wanted, rather than what the weights' need.
    """
    every = over_time(operands)
    T = operands.timesteps
    length = T if operands.length is None else operands.length
    M = operands.units
    transposed = [tf.transpose(m[:M]) for m in operands.matrices]
    computed = [g for g, group in enumerate(plan.groups) if group.state is None and not tapped]

    def back(g, delta):
        return dropped(operands, g, tf.matmul(delta, transposed[g]))

    def body(t, d_states, kept):
        d_states = tuple(
            d + tf.gather(d_sequences[j], t) if j in d_sequences else d
            for j, d in enumerate(d_states)
        )
        previous = tuple(tf.gather(s, t) for s in states)
        outputs = {k: tf.gather(states[j], t + 1) for k, j in plan.states} | {
            k: tf.gather(y, t) for k, y in stored.items()
        }
        now = every.at(t)
        replay = Replay(equation, plan, outputs, now.gated_inputs, back)
        with tf.GradientTape() as tape:
            tape.watch((previous, now.gated_inputs))
            following = masked(now.mask, step(equation, replay.neurons(), previous), previous)
        d_previous, d_gated = tape.gradient(
            following,
            (previous, now.gated_inputs),
            output_gradients=d_states,
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        found = (
            [replay.deltas[g] for g in range(len(plan.groups))],
            d_gated,
            d_states if tapped else (),
            [replay.read[g] for g in computed],
        )
        kept = tf.nest.map_structure(lambda a, value: a.write(t, value), kept, found)
        return t - 1, d_previous, kept

    def record(neurons=1):
        shape = [operands.states[0].shape[0], neurons * M]
        return tf.TensorArray(operands.states[0].dtype, T, element_shape=shape)

    kept = (
        [record(len(group.neurons)) for group in plan.groups],
        {k: record() for k in operands.gated_inputs},
        tuple(record() for _ in states) if tapped else (),
        [record() for _ in computed],
    )
    loop = (tf.convert_to_tensor(length) - 1, tuple(d_final), kept)
    _, d_initial, kept = tf.while_loop(lambda t, *_: t >= 0, body, loop)
    d_products, d_gated, after, vectors = tf.nest.map_structure(lambda a: a.stack(), kept)

    read = dict(zip(computed, vectors, strict=True))
    return Gradients(d_products, d_gated, d_initial, after, read)


def matrix_gradients(plan, operands: Operands, states, found: Gradients) -> list[Any]:
    """Gradients at the groups' matrices, G of (M + E, n M), from what `reverse` found."""
    every = over_time(operands)
    T = operands.timesteps
    return [
        _sum_over_time(
            dropped(operands, g, found.read[g] if group.state is None else states[group.state][:T]),
            every.input(g),
            found.products[g],
        )
        for g, group in enumerate(plan.groups)
    ]


def _sum_over_time(v, x, delta):
    """Σ_t [v_t; x_t]ᵀ δ_t for v (T, B, M), x (T, B, E) and δ (T, B, N): (M + E, N)."""

    def rows(a):
        return tf.reshape(a, [-1, a.shape[2]])

    return tf.matmul(rows(tf.concat([v, x], 2)), rows(delta), transpose_a=True)
