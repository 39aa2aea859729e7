"""The computation of a cell: one timestep with `keras.ops`, on any Keras backend."""

from keras import ops

from rnnexp.engine.neurons import multiplying, step
from rnnexp.engine.plan import plan
from rnnexp.engine.weights import (
    Weights,
    group_matrices,
    input_product,
    output_biases,
    with_ones,
)
from rnnexp.equations import Equation


def one_timestep(equation: Equation, weights: Weights, x, states, dropout=(None, None)):
    """Computes the next states.

    Args:
        equation: The equation.
        weights: The effective weights.
        x: x_t, (B, D).
        states: The previous states, S of (B, M).
        dropout: The dropout masks of x_t (B, D) and of the vectors read from the states (B, M),
            each a list with one mask per neuron, or None.

    Returns:
        The next states, S of (B, M).
    """
    x_masks, h_masks = dropout
    units = states[0].shape[-1]
    layout = plan(equation, share=x_masks is None and h_masks is None)
    matrices = group_matrices(layout, units, weights)

    def x_of(k):
        return x if x_masks is None else x * x_masks[k]

    def product(g, v):
        group = layout.groups[g]
        k = group.products[0].neuron
        if h_masks is not None:
            v = v * h_masks[k]
        if group.with_input:
            row = x_of(k) if weights.bias is None else with_ones(x_of(k))
            v = ops.concatenate([v, row], axis=-1)
        return ops.matmul(v, matrices[g])

    apart = {k: input_product(layout, k, units, x_of(k), weights) for k in layout.apart}
    biases = output_biases(layout, units, weights)
    neurons = multiplying(equation, layout, product, apart, biases)
    return step(equation, neurons, states, weights.vectors)
