"""Keras's weights, arranged as the sweeps multiply them.

A gate is a dense layer on the concatenation of v and x_t. So its weights are one matrix over the
rows [W_h; W_x; b], and the bias is the weight of an input that is always 1.
"""

from keras import ops

from rnnexp.engine.plan import Plan


def columns(matrix, first, last, units):
    """The columns of neurons first … last - 1; the matrix itself where those are all."""
    start, stop = first * units, last * units
    return matrix if stop - start == matrix.shape[-1] else matrix[..., start:stop]


def group_matrices(plan: Plan, units, kernel, recurrent_kernel, bias):
    """For each group, (M + D + 1, n M): the rows that multiply v, x_t and 1.

    kernel (D, N M), recurrent_kernel (M, N M) and bias (N M,) or None for N neurons. With gated
    neurons bias is (2, N M), input bias first; they get the recurrent bias here and no share of the
    input, which reaches them ungated.
    """
    return [
        _side_by_side(
            [
                _rows(plan, first, last, units, kernel, recurrent_kernel, bias)
                for first, last in _runs(plan, group.neurons)
            ]
        )
        for group in plan.groups
    ]


def _runs(plan, neurons) -> list[tuple[int, int]]:
    """The neurons as (first, last + 1) of runs that stand side by side and are all gated or not."""
    runs = [(neurons[0], neurons[0] + 1)]
    for k in neurons[1:]:
        first, end = runs[-1]
        if k == end and (k in plan.gated) == (first in plan.gated):
            runs[-1] = (first, k + 1)
        else:
            runs.append((k, k + 1))
    return runs


def _rows(plan, first, last, units, kernel, recurrent_kernel, bias):
    """[W_h; W_x; b] of neurons first … last - 1."""
    gated = first in plan.gated
    input_rows = columns(kernel, first, last, units)
    rows = [
        columns(recurrent_kernel, first, last, units),
        ops.zeros_like(input_rows) if gated else input_rows,
    ]
    if bias is not None:
        row = columns(bias, first, last, units)
        if plan.gated:
            row = row[1] if gated else ops.sum(row, axis=0)
        rows.append(row[None])
    return ops.concatenate(rows, axis=0)


def _side_by_side(parts):
    return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=1)


def gated_input(k, units, x, kernel, bias):
    """x_t W_x + b of the gated neuron k, (..., M), for x (..., D) at any number of timesteps."""
    product = ops.matmul(x, columns(kernel, k, k + 1, units))
    return product if bias is None else product + columns(bias[0], k, k + 1, units)


def with_ones(x):
    """x (…, D) with a last feature that is 1, for the bias to multiply."""
    return ops.concatenate([x, ops.ones_like(x[..., :1])], axis=-1)
