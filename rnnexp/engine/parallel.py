"""Both passes of an equation that is affine in its states, with blocks of timesteps side by side.

A pass runs twice. The first time, it finds the affine map of each block: how the states after the
block follow from those before it, and backwards, how the gradient before a block follows from the
gradient after it. A scan across the blocks then gives the states before, and the gradients after,
each block. With these, the second time is the engine's own loop, with the blocks as a larger batch.
"""

import tensorflow as tf

from rnnexp.engine.affine import affine_states
from rnnexp.engine.backward import backward, matrix_gradients
from rnnexp.engine.blocks import Blocks
from rnnexp.engine.copied_states import filled, gradient_after
from rnnexp.engine.forward import forward, masked, one_step, predicted
from rnnexp.engine.neurons import step
from rnnexp.engine.operands import Operands, over_time, time_first
from rnnexp.engine.replay import replays
from rnnexp.engine.scan import Affine, identity, states_before


def forward_in_blocks(equation, plan, operands: Operands, sequences):
    """Runs the forward pass and stores what the backward pass needs.

    Args:
        equation, plan: The equation and its plan.
        operands: The tensors of the call.
        sequences: The indices of the states to return for every timestep.

    Returns:
        The requested sequences, each (B, T, M), and the last states, S of (B, M).
        The states and stored values of the blocks; see `forward`.
    """
    blocks, inner, last = _started(equation, plan, operands)
    states, stored, final = forward(equation, plan, inner)
    found = {j: time_first(s[1:]) for j, s in enumerate(states)}
    outputs, final = _of_sequences(blocks, operands, inner, found, final, last)
    return [outputs[j] for j in sequences], final, states, stored


def predicted_in_blocks(equation, plan, operands: Operands, sequences):
    """Runs the forward pass for a graph that is not differentiated; see `predicted`."""
    blocks, inner, last = _started(equation, plan, operands)
    unread = [j for j in range(len(operands.states)) if j not in last]
    wanted = tuple(sorted({*sequences, *(unread if inner.mask is not None else ())}))
    found, final = predicted(equation, plan, inner, wanted)
    by_state = dict(zip(wanted, found, strict=True))
    outputs, final = _of_sequences(blocks, operands, inner, by_state, final, last)
    return [outputs[j] for j in sequences], final


def _started(equation, plan, operands: Operands):
    """Computes where each block starts.

    Returns:
        The division into blocks, the operands of the blocks with their initial states, and for each
        affine state, its value after the last timestep, (B, M).
    """
    blocks = Blocks.of(operands)
    inner = blocks.operands(operands)
    affine = affine_states(equation)
    maps = blocks.by_block(_forward_maps(equation, plan, inner, affine))
    before, last = states_before(maps, tuple(operands.states[j] for j in affine))
    starts = list(inner.states)
    for j, state in zip(affine, before, strict=True):
        starts[j] = blocks.batch_first(state)
    inner = inner._replace(states=tuple(starts))
    return blocks, inner, dict(zip(affine, last, strict=True))


def _of_sequences(blocks: Blocks, operands: Operands, inner: Operands, found, final, last):
    """Returns the states of the sequences.

    Args:
        blocks: The division into blocks.
        operands, inner: The operands of the sequences and of the blocks.
        found: By state, its values in the blocks, (B K, L, M).
        final: The last states of the blocks, S of (B K, M).
        last: By affine state, the last states of the sequences, (B, M).

    Returns:
        By state, its values (B, T, M); and the last states, S of (B, M).
    """
    ends = {j: blocks.last(s) for j, s in enumerate(final)} | last
    if inner.mask is not None:
        for j in found.keys() - last.keys():
            found[j] = filled(blocks, inner.mask, found[j], operands.states[j])
            ends[j] = blocks.last(found[j][:, -1])
    outputs = {j: blocks.joined(s) for j, s in found.items()}
    return outputs, tuple(ends[j] for j in range(len(final)))


def backward_in_blocks(
    equation, plan, operands: Operands, states, stored, d_sequences, d_final, tapped=False
):
    """Runs the backward pass.

    Args:
        equation, plan: The equation and its plan.
        operands: The operands of the forward pass.
        states, stored: The states of the blocks and the stored values.
        d_sequences: For each state index, (B, T, M): dL/d(state after t), without the recurrence.
        d_final: S of (B, M): the same for the last states.
        tapped: See `backward`.

    Returns:
        The gradients: those at input products and states (B, T, M), those at products with the
        blocks as the batch. And the gradients of the groups' matrices.
    """
    blocks = Blocks.of(operands)
    inner = blocks.operands(operands)
    affine = affine_states(equation)
    cut = {j: time_first(blocks.cut(d)) for j, d in d_sequences.items()}
    ends = [_at_the_end(blocks, d) for d in d_final]
    if inner.mask is not None:
        for j in _unread(operands, affine):
            d_after = cut[j] if j in cut else tf.zeros_like(states[j][1:])
            ends[j] = gradient_after(blocks, inner.mask, d_after, d_final[j])
    maps = _backward_maps(equation, plan, inner, affine, states, stored, cut, ends)
    after, _ = states_before(blocks.by_block(maps), tuple(d_final[j] for j in affine), reverse=True)
    for j, d in zip(affine, after, strict=True):
        ends[j] = blocks.batch_first(d)
    found = backward(equation, plan, inner, states, stored, cut, tuple(ends), tapped)
    matrices = [] if tapped else matrix_gradients(plan, inner, states, found)
    found = found._replace(
        input_products={k: blocks.joined(time_first(d)) for k, d in found.input_products.items()},
        states=tuple(map(blocks.first, found.states)),
        after=[blocks.joined(time_first(d)) for d in found.after],
        read={},
    )
    return found, matrices


def _unread(operands: Operands, affine) -> list[int]:
    """Returns the states that no timestep reads."""
    return [j for j in range(len(operands.states)) if j not in affine]


def _forward_maps(equation, plan, inner: Operands, affine) -> Affine:
    """Returns the map of the states of each block, tensors (B K, M)."""
    every = over_time(inner)
    zeros = tuple(map(tf.zeros_like, inner.states))

    def body(t, total):
        now = every.at(t)
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(zeros)
            following = one_step(equation, plan, inner, now._replace(mask=None), zeros)
        offset = tuple(following[j] for j in affine)
        matrix = _derivatives(tape, offset, [zeros[j] for j in affine])
        return t + 1, _full(_masked(now.mask, Affine(matrix, offset)).after(total))

    loop = (tf.constant(0), identity([zeros[j] for j in affine]))
    return tf.while_loop(lambda t, _: t < inner.timesteps, body, loop)[1]


def _backward_maps(equation, plan, inner: Operands, affine, states, stored, cut, ends) -> Affine:
    """Returns the map of the gradients of each block, from its end to its start, (B K, M)."""
    every = over_time(inner)
    unread = _unread(inner, affine)
    replay_at = replays(equation, plan, inner, states, stored)
    zeros = tf.zeros_like(inner.states[0])

    def body(t, total, d_unread):
        previous = tuple(tf.gather(s, t) for s in states)
        now = every.at(t)
        neurons = replay_at(t, now).neurons()
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(previous)
            following = step(equation, neurons, previous, inner.vectors)
            following = masked(now.mask, following, previous)
        d = [tf.gather(cut[j], t) if j in cut else zeros for j in range(len(states))]
        for j, after in zip(unread, d_unread, strict=True):
            d[j] += after
        d_previous = tape.gradient(
            following, previous, output_gradients=d, unconnected_gradients="zero"
        )
        kept = [previous[j] for j in affine]
        matrix = _derivatives(tape, [following[j] for j in affine], kept)
        maps = Affine(tuple(zip(*matrix, strict=True)), tuple(d_previous[j] for j in affine))
        return t - 1, _full(maps.after(total)), [d_previous[j] for j in unread]

    loop = (
        tf.convert_to_tensor(inner.timesteps) - 1,
        identity([inner.states[j] for j in affine]),
        [ends[j] for j in unread],
    )
    return tf.while_loop(lambda t, *_: t >= 0, body, loop)[1]


def _derivatives(tape, following, previous):
    """Returns the derivative of each state in each state before, which is diagonal."""
    return tuple(tuple(tape.gradient(state, previous)) for state in following)


def _masked(mask, maps: Affine) -> Affine:
    """Returns the maps where the mask (B, 1) is True, and those that change nothing elsewhere.

    This is not left to the step: the derivative of a masked step is NaN if that of the step is.
    """
    if mask is None:
        return maps
    unchanged = identity(maps.offset)
    return tf.nest.map_structure(lambda a, b: tf.where(mask, a, b), _full(maps), unchanged)


def _full(maps: Affine) -> Affine:
    zeros = tf.zeros_like(maps.offset[0])
    matrix = tuple(tuple(zeros if a is None else a for a in row) for row in maps.matrix)
    return Affine(matrix, maps.offset)


def _at_the_end(blocks: Blocks, d):
    """Returns the gradients (B K, M) at the end of each block: zero but for the last one."""
    last = tf.one_hot(blocks.K - 1, blocks.K, dtype=d.dtype)
    return blocks.batch_first(last[:, None, None] * d)
