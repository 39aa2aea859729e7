"""Keras's weights, arranged as the sweeps multiply them.

A gate is a dense layer on the concatenation of v and x_t. So its weights are one matrix over the
rows [W_h; W_x; b], and the bias is the weight of an input that is always 1.
"""

from keras import ops

from rnnexp.engine.plan import Plan


def columns(matrix, neuron, units):
    return matrix[..., neuron * units : (neuron + 1) * units]


def group_matrices(plan: Plan, units, kernel, recurrent_kernel, bias):
    """For each group, (M + D + 1, n M): the rows that multiply v, x_t and 1.

    kernel (D, N M), recurrent_kernel (M, N M) and bias (N M,) or None for N neurons. With gated
    neurons bias is (2, N M), input bias first; they get the recurrent bias here and no share of the
    input, which reaches them ungated.
    """
    matrices = []
    for group in plan.groups:
        parts = []
        for k in group.neurons:
            input_rows = columns(kernel, k, units)
            if k in plan.gated:
                input_rows = ops.zeros_like(input_rows)
            rows = [columns(recurrent_kernel, k, units), input_rows]
            if bias is not None:
                rows.append(_bias_row(plan, k, units, bias))
            parts.append(ops.concatenate(rows, axis=0))
        matrices.append(ops.concatenate(parts, axis=1))
    return matrices


def _bias_row(plan, k, units, bias):
    row = columns(bias, k, units)
    if plan.gated:
        row = row[1:] if k in plan.gated else ops.sum(row, axis=0, keepdims=True)
        return row
    return row[None]


def gated_input(k, units, x, kernel, bias):
    """x_t W_x + b of the gated neuron k, (..., M), for x (..., D) at any number of timesteps."""
    product = ops.matmul(x, columns(kernel, k, units))
    return product if bias is None else product + columns(bias[0], k, units)


def with_ones(x):
    """x (…, D) with a last feature that is 1, for the bias to multiply."""
    return ops.concatenate([x, ops.ones_like(x[..., :1])], axis=-1)
