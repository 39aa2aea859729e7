"""One step of an equation at all timesteps at once: every x_t and every state before t is known.

So what takes a loop in training takes one call here, and the derivative of that call is the
derivative of every step.
"""

import tensorflow as tf
from keras import ops

from rnnexp.engine.neurons import multiplying, step
from rnnexp.engine.plan import plan
from rnnexp.engine.weights import gated_input, group_matrices, with_ones


def one_step(equation, weights, x, states, added=None):
    """The step from x (R, D) and the states, S of (R, M), in R rows apart from each other.

    weights: as `engine.run` takes them. added: N of (R, M), added to the neurons' pre-activations.
    Returns the next states, S of (R, M), and the neurons' outputs, N of (R, M) in weight order.
    """
    kernel, recurrent_kernel, bias = weights
    units = recurrent_kernel.shape[0]
    layout = plan(equation)
    matrices = group_matrices(layout, units, kernel, recurrent_kernel, bias)
    added = [ops.zeros_like(states[0])] * len(equation.neurons) if added is None else added
    row = x if bias is None else with_ones(x)

    def product(g, v):
        # A gated neuron's product is only a part of its pre-activation.
        moved = [
            ops.zeros_like(added[k]) if k in layout.gated else added[k]
            for k in layout.groups[g].neurons
        ]
        product = ops.matmul(ops.concatenate([v, row], axis=-1), matrices[g])
        return product + ops.concatenate(moved, axis=-1)

    outputs = {}

    def keep(k, _, output):
        outputs[k] = output

    gated = {k: gated_input(k, units, x, kernel, bias) + added[k] for k in layout.gated}
    following = step(equation, multiplying(equation, layout, product, gated, keep), states)
    return following, [outputs[k] for k in range(len(outputs))]


def step_and_deltas(equation, weights, x, states, d_states):
    """The outputs of the neurons, and δ of each: the gradient at its pre-activation.

    x (R, D), states: S of (R, M) before the step; d_states: S of (R, M), dL/d(state after it).
    Returns N of (R, M), twice.
    """
    zeros = [tf.zeros_like(states[0]) for _ in equation.neurons]
    with tf.GradientTape() as tape:
        tape.watch(zeros)
        following, outputs = one_step(equation, weights, x, states, added=zeros)
    deltas = tape.gradient(
        following,
        zeros,
        output_gradients=list(d_states),
        unconnected_gradients=tf.UnconnectedGradients.ZERO,
    )
    return outputs, deltas
