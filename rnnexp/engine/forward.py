"""The forward pass for t = 1 … T, in forms for the different ways to use its result."""

import tensorflow as tf

from rnnexp.engine.neurons import multiplying, step
from rnnexp.engine.operands import Operands, Timestep, by_timestep, dropped, over_time, time_first
from rnnexp.engine.replay import keeps_output, kept
from rnnexp.engine.zoneout import zoned

_PART = 64  # timesteps


def masked(mask, following, states):
    """Returns the next states where the mask (B, 1) is True, and the old states elsewhere."""
    if mask is None:
        return following
    return tuple(tf.where(mask, new, old) for new, old in zip(following, states, strict=True))


def one_step(equation, plan, operands: Operands, now: Timestep, states, keep=None):
    """Computes the next states.

    Args:
        equation, plan: The equation and its plan.
        operands: The tensors of the call.
        now: The inputs of the timestep.
        states: The previous states, S of (B, M).
        keep: See `multiplying`.

    Returns:
        The next states, S of (B, M).
    """

    def product(g, v):
        v = dropped(operands, g, v)
        row = tf.concat([v, now.input(g)], 1) if plan.groups[g].with_input else v
        return tf.matmul(row, operands.matrices[g])

    neurons = multiplying(equation, plan, product, now.input_products, operands.biases, keep)
    following = step(equation, neurons, states, operands.vectors)
    return masked(now.mask, zoned(now.zoneout, following, states), states)


def forward(equation, plan, operands: Operands):
    """Runs the forward pass and stores what the engine's backward pass needs.

    Returns:
        The states, S of (T + 1, B, M), with the initial states first.
        For each neuron in `kept`, its stored values (T, B, M).
        The last states, S of (B, M).
    """
    every = over_time(operands)
    T = operands.timesteps
    length = T if operands.length is None else operands.length

    def body(t, states, kept_states, kept_neurons):
        stored = {}

        def keep(k, p, y):
            stored[k] = y if keeps_output(equation, plan, k) else p

        following = one_step(equation, plan, operands, every.at(t), states, keep)
        kept_states = [a.write(t + 1, s) for a, s in zip(kept_states, following, strict=True)]
        kept_neurons = {k: a.write(t, stored[k]) for k, a in kept_neurons.items()}
        return t + 1, following, kept_states, kept_neurons

    like = operands.states[0]
    kept_states = [_array(T + 1, like).write(0, s) for s in operands.states]
    kept_neurons = {k: _array(T, like) for k in kept(equation, plan)}
    loop = (tf.constant(0), operands.states, kept_states, kept_neurons)
    _, final, kept_states, kept_neurons = tf.while_loop(lambda t, *_: t < length, body, loop)
    stored = {k: a.stack() for k, a in kept_neurons.items()}
    return [a.stack() for a in kept_states], stored, final


def recorded(equation, plan, operands: Operands, sequences, taps=()):
    """Runs the forward pass in a form that TensorFlow can differentiate in any mode and order.

    Args:
        equation, plan: The equation and its plan.
        operands: The tensors of the call.
        sequences, taps: See `run`.

    Returns:
        The requested sequences, each (B, T, M), and the last states, S of (B, M).
    """
    every = over_time(operands)
    T = operands.timesteps
    taps = [time_first(tap) for tap in taps]

    def body(t, states, kept):
        following = one_step(equation, plan, operands, every.at(t), states)
        following = _tapped(following, [tap[t] for tap in taps])
        kept = [a.write(t, following[j]) for a, j in zip(kept, sequences, strict=True)]
        return t + 1, following, kept

    length = T if operands.length is None else operands.length
    loop = (tf.constant(0), operands.states, [_array(T, operands.states[j]) for j in sequences])
    _, final, kept = tf.while_loop(lambda t, *_: t < length, body, loop, maximum_iterations=T)
    return [time_first(a.stack()) for a in kept], final


def predicted(equation, plan, operands: Operands, sequences):
    """Runs the forward pass for a graph that is not differentiated.

    It uses only dense arrays, because ONNX and LiteRT do not support TensorFlow's TensorArray. A
    dense array may be copied for every value that is written into it. So the values are written
    into a part of a few timesteps, and the part into the whole. See `recorded` for the arguments
    and the result.
    """
    every = over_time(operands)
    T = operands.timesteps
    parts = (T + _PART - 1) // _PART  # ONNX rounds the quotient of a negative number otherwise
    like = operands.states[0]

    def empty(*sizes):
        shape = tf.stack([*sizes, tf.shape(like)[0], operands.units])
        return tf.ensure_shape(tf.zeros(shape, like.dtype), [*[None] * len(sizes), *like.shape])

    def written(a, i, value):
        return tf.tensor_scatter_nd_update(a, [[i]], value[None])

    def timestep(t, states, kept):
        following = one_step(equation, plan, operands, every.at(t), states)
        kept = [written(a, t % _PART, following[j]) for a, j in zip(kept, sequences, strict=True)]
        return t + 1, following, kept

    def part(n, states, whole):
        last = tf.minimum((n + 1) * _PART, T)
        loop = (n * _PART, states, [empty(_PART) for _ in sequences])
        _, states, kept = tf.while_loop(lambda t, *_: t < last, timestep, loop)
        whole = [written(a, n, values) for a, values in zip(whole, kept, strict=True)]
        return n + 1, states, whole

    first = tf.constant(0)
    if not sequences:
        _, final, _ = tf.while_loop(lambda t, *_: t < T, timestep, (first, operands.states, []))
        return [], final
    loop = (first, operands.states, [empty(parts, _PART) for _ in sequences])
    _, final, kept = tf.while_loop(lambda n, *_: n < parts, part, loop)
    return [_joined(a)[:, :T] for a in kept], final


def _joined(parts):
    """Returns (N, T, B, M) as (B, N T, M)."""
    N, T, B = tf.unstack(tf.shape(parts)[:3])
    batch_first = tf.transpose(parts, [2, 0, 1, 3])
    return tf.reshape(batch_first, [B, N * T, parts.shape[3]])


def unrolled(equation, plan, operands: Operands, sequences, taps=()):
    """Runs the forward pass without a loop, for a static T.

    See `recorded` for the arguments and the result.
    """
    states = operands.states
    after = []
    for t, now in enumerate(by_timestep(operands)):
        states = one_step(equation, plan, operands, now, states)
        states = _tapped(states, [tap[:, t] for tap in taps])
        after.append(states)
    return [tf.stack([states[j] for states in after], 1) for j in sequences], states


def _tapped(states, taps):
    return tuple(s + tap for s, tap in zip(states, taps, strict=True)) if taps else states


def _array(size, like):
    return tf.TensorArray(like.dtype, size, element_shape=like.shape)
