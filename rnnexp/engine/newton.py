"""All timesteps at once by Newton's method, for units that are not affine in their states.

The states of all timesteps solve one system of equations: s_t = step(x_t, s_{t-1}). Each iteration
computes the step of every timestep from the last guess, and solves the system that is linear around
this guess by a scan. Danieli et al. (2025), "ParaRNN", arXiv 2510.21450; Lim et al. (2024), "DEER",
arXiv 2309.12252.

The derivative of a step is taken as diagonal over the units. It is, for units whose state enters
only by elementwise terms (IndRNN, BRC): this is Newton's method, whose error is squared in each
iteration. For other units it leaves out the recurrent matrices (Gonzalez et al. 2024, arXiv
2407.19115, call this quasi-DEER); the method then still ends at the states of the loop, because
every iteration makes at least one more timestep exact, but it may need many.
"""

import tensorflow as tf

from rnnexp.engine.neurons import multiplying, step
from rnnexp.engine.operands import Operands, Timestep, each, over_time
from rnnexp.engine.scan import Affine, states_before


def newton(equation, plan, operands: Operands, tolerance=1e-6, most=None):
    """Computes the states after each timestep.

    Args:
        equation, plan: The equation and its plan.
        operands: The tensors of the call, without masks and dropout.
        tolerance: The iterations end when no state changes by more than this.
        most: The largest number of iterations. None is T, after which the states are exact.

    Returns:
        The states, S of (T, B, M), and the number of iterations.
    """
    T, B, M = operands.timesteps, tf.shape(operands.states[0])[0], operands.units
    every = each(lambda a: tf.reshape(a, [T * B, a.shape[-1]]), over_time(operands))
    most = T if most is None else most

    def timesteps(a):
        return tf.reshape(a, [T, B, M])

    def iteration(n, guess, _):
        before = [
            tf.reshape(tf.concat([s[None], after[:-1]], 0), [T * B, M])
            for s, after in zip(operands.states, guess, strict=True)
        ]
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(before)
            following = _step(equation, plan, operands, every, before)
        zeros = tf.zeros_like(before[0])
        matrix = tuple(
            tuple(zeros if a is None else a for a in tape.gradient(state, before))
            for state in following
        )
        residual = Affine(matrix, following)(tuple(-s for s in before))
        maps = tf.nest.map_structure(timesteps, Affine(matrix, residual))
        starts, last = states_before(maps, operands.states)
        found = tuple(
            tf.concat([start[1:], end[None]], 0) for start, end in zip(starts, last, strict=True)
        )
        moved = [tf.reduce_max(abs(a - b)) for a, b in zip(found, guess, strict=True)]
        return n + 1, found, tf.reduce_max(moved)

    guess = tuple(tf.broadcast_to(s[None], [T, B, M]) for s in operands.states)
    change = tf.constant(float("inf"), operands.states[0].dtype)
    n, found, _ = tf.while_loop(
        lambda n, _, change: (n < most) & ~(change <= tolerance),
        iteration,
        (tf.constant(0), guess, change),
    )
    return found, n


def _step(equation, plan, operands: Operands, now: Timestep, states):
    """Computes the next states of rows, with products that are constants for a tape."""

    def product(g, v):
        v = tf.stop_gradient(v)
        row = tf.concat([v, now.input(g)], 1) if plan.groups[g].with_input else v
        return tf.matmul(row, operands.matrices[g])

    neurons = multiplying(equation, plan, product, now.input_products, operands.biases)
    return step(equation, neurons, states, operands.vectors)
