"""The forward sweep: t = 1 … T."""

import tensorflow as tf

from rnnexp.engine.neurons import multiplying, step
from rnnexp.engine.operands import Operands, TimeFirst, dropped
from rnnexp.engine.replay import keeps_output, kept


def masked(mask, following, states):
    """The next states where mask (B, 1) holds, the old ones elsewhere."""
    if mask is None:
        return following
    return tuple(tf.where(mask, new, old) for new, old in zip(following, states, strict=True))


def forward(equation, plan, operands: Operands):
    """Runs the equation over all timesteps.

    Returns the states, S of (T + 1, B, M) with the initial ones first, by neuron (T, B, M) what the
    reverse sweep needs of it, as `kept` says, and the last states, S of (B, M).
    """
    over_time = TimeFirst(operands)

    def product(t):
        def multiply(g, v):
            row = tf.concat([dropped(operands, g, v), over_time.input(g)[t]], 1)
            return tf.matmul(row, operands.matrices[g])

        return multiply

    def body(t, states, kept_states, kept_neurons):
        stored = {}

        def keep(k, p, y):
            stored[k] = y if keeps_output(equation, plan, k) else p

        mask, gated_inputs = over_time.at(t)
        neurons = multiplying(equation, plan, product(t), gated_inputs, keep)
        following = masked(mask, step(equation, neurons, states), states)
        kept_states = [a.write(t + 1, s) for a, s in zip(kept_states, following, strict=True)]
        kept_neurons = {k: a.write(t, stored[k]) for k, a in kept_neurons.items()}
        return t + 1, following, kept_states, kept_neurons

    def record(size):
        like = operands.states[0]
        return tf.TensorArray(like.dtype, size, element_shape=like.shape)

    T = over_time.timesteps
    kept_states = [record(T + 1).write(0, s) for s in operands.states]
    kept_neurons = {k: record(T) for k in kept(equation, plan)}
    loop = (tf.constant(0), operands.states, kept_states, kept_neurons)
    _, final, kept_states, kept_neurons = tf.while_loop(
        lambda t, *_: t < over_time.length, body, loop
    )
    stored = {k: a.stack() for k, a in kept_neurons.items()}
    return [a.stack() for a in kept_states], stored, final
