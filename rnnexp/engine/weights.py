"""The weights of a unit: as they are stored, and as the loops multiply them.

A neuron is a dense layer on the concatenation of v and x_t. So the weights of a group of neurons
are one matrix with the rows [W_h; W_x; b]. The bias is the weight of an input that is always 1.
"""

from itertools import pairwise
from typing import Any, NamedTuple

from keras import ops

from rnnexp.engine.plan import Group, Plan, Product, plan
from rnnexp.equations import Equation


class Weights(NamedTuple):
    """The effective weights of a step, for N neurons that read P vectors in total.

    Attributes:
        kernel: (D, N M), without the neurons that do not read x_t.
        recurrent_kernel: (M, P M), ordered by neuron and then by vector; None if P is 0.
        bias: (N M,); (2, N M) with a second bias on the recurrent product; or None.
        vectors: The equation's vectors, each (count M,).
    """

    kernel: Any
    recurrent_kernel: Any = None
    bias: Any = None
    vectors: tuple[Any, ...] = ()


class Layout(NamedTuple):
    """The blocks of M columns in the stored weights of a unit.

    Attributes:
        kernel: The neuron of each block of the kernel.
        recurrent_kernel: The product of each block of the recurrent kernel.
        biases: The number of rows of the bias.
    """

    kernel: tuple[int, ...]
    recurrent_kernel: tuple[Product, ...]
    biases: int


def layout(equation: Equation) -> Layout:
    """Returns the layout of the stored weights, without neurons that use another one's weights.

    Raises:
        ValueError: A neuron uses the weights of a neuron that does not exist, comes later or reads
            less, or `step` does not follow the contract of `Equation`.
    """
    found = plan(equation)
    own = [k == owner for k, owner in enumerate(_owners(equation))]
    return Layout(
        tuple(k for k in found.kernel_columns if own[k]),
        tuple(p for p in found.recurrent_columns if own[p.neuron]),
        2 if found.gated else 1,
    )


def effective(equation: Equation, stored: Weights) -> Weights:
    """Returns the effective weights, with derived matrices computed and shared ones repeated.

    Args:
        equation: The equation.
        stored: The stored weights, with the columns of `layout`.
    """
    neurons, owners = equation.neurons, _owners(equation)
    derived = any(neuron.recurrent is not None for neuron in neurons)
    if not derived and owners == list(range(len(neurons))):
        return stored
    found, own = plan(equation), layout(equation)
    kernels = dict(zip(own.kernel, split(stored.kernel, len(own.kernel)), strict=True))
    n = len(own.recurrent_kernel)
    matrices = dict(zip(own.recurrent_kernel, split(stored.recurrent_kernel, n), strict=True))

    def matrix(product):
        function = neurons[product.neuron].recurrent
        weight = matrices[Product(owners[product.neuron], product.position)]
        if function is None:
            return weight
        derived = function(weight)
        if tuple(derived.shape) != tuple(weight.shape):
            raise ValueError(
                f"`recurrent` of the neuron {neurons[product.neuron].name!r} gives a matrix of "
                f"shape {tuple(derived.shape)}; expected {tuple(weight.shape)}, that of the weight"
            )
        return derived

    return stored._replace(
        kernel=_side_by_side([kernels[owners[k]] for k in found.kernel_columns]),
        recurrent_kernel=_side_by_side([matrix(p) for p in found.recurrent_columns]),
    )


def _owners(equation: Equation) -> list[int]:
    """Returns, for each neuron, the neuron whose matrices it uses."""
    names = [neuron.name for neuron in equation.neurons]
    found = plan(equation)
    owners = []
    for k, neuron in enumerate(equation.neurons):
        if neuron.weights_of is None:
            owners.append(k)
            continue
        before = {name: owners[i] for i, name in enumerate(names[:k]) if owners[i] == i}
        owner = before.get(neuron.weights_of)
        if owner is None:
            raise ValueError(
                f"the neuron {neuron.name!r} of {type(equation).__name__} has "
                f"weights_of={neuron.weights_of!r}; expected an earlier neuron with weights of its "
                f"own: {', '.join(before) or 'there is none'}"
            )
        if found.vectors[k] > found.vectors[owner] or (
            found.reads_input[k] and not found.reads_input[owner]
        ):
            raise ValueError(
                f"the neuron {neuron.name!r} of {type(equation).__name__} reads more than "
                f"{neuron.weights_of!r}, whose weights it uses; expected no more"
            )
        owners.append(owner)
    return owners


def split(matrix, n) -> list:
    """Splits a matrix (…, n M) into its n blocks of columns."""
    return [] if n == 0 else [matrix] if n == 1 else ops.split(matrix, n, axis=-1)


def columns(matrix, first, last, units):
    """Returns the columns of the blocks first … last - 1; the matrix itself if those are all."""
    start, stop = first * units, last * units
    return matrix if stop - start == matrix.shape[-1] and start == 0 else matrix[..., start:stop]


def group_matrices(plan: Plan, units: int, weights: Weights) -> list:
    """Returns the matrix of each group, (M + D + 1, n M), whose rows multiply v, x_t and 1.

    For a neuron with a separate input product, the rows of x_t are zero and the row of 1 has only
    the recurrent bias. The matrix of a group without input is (M, n M).

    Raises:
        ValueError: The number of columns of a weight does not match the plan.
    """
    _check_columns(plan, units, weights)
    return [_group_matrix(plan, group, units, weights) for group in plan.groups]


def _check_columns(plan: Plan, units: int, weights: Weights):
    """Checks the numbers of columns, because a narrower matrix would broadcast without an error."""
    expected = {
        "kernel": len(plan.kernel_columns),
        "recurrent_kernel": len(plan.recurrent_columns),
        "bias": len(plan.reads_input),
    }
    for name, blocks in expected.items():
        matrix = getattr(weights, name)
        if matrix is not None and matrix.shape[-1] != blocks * units:
            raise ValueError(
                f"the {name} has {matrix.shape[-1]} columns; expected {blocks * units}: {blocks} "
                f"blocks of {units} units"
            )


def _group_matrix(plan, group: Group, units, weights: Weights):
    runs = [[group.products[0]]]
    for before, product in pairwise(group.products):
        if _source(plan, product) == [i if i is None else i + 1 for i in _source(plan, before)]:
            runs[-1].append(product)
        else:
            runs.append([product])
    return _side_by_side([_rows(plan, group, run, units, weights) for run in runs])


def _source(plan, product) -> list[Any]:
    """Returns the block of a product in the recurrent kernel, kernel, bias and recurrent bias."""
    k, position = product
    whole = k if position == 0 and k not in plan.apart else None
    gated = k if position == 0 and k in plan.gated else None
    kernel = plan.kernel_columns.index(k) if whole is not None and plan.reads_input[k] else None
    return [plan.recurrent_columns.index(product), kernel, whole, gated]


def _rows(plan, group: Group, run, units, weights: Weights):
    """Returns [W_h; W_x; b] of products with adjacent columns."""
    first, n = _source(plan, run[0]), len(run)
    rows = [columns(weights.recurrent_kernel, first[0], first[0] + n, units)]
    if not group.with_input:
        return rows[0]

    def block(matrix, start):
        if start is None:
            return ops.zeros((matrix.shape[0], n * units), matrix.dtype)
        return columns(matrix, start, start + n, units)

    rows.append(block(weights.kernel, first[1]))
    if weights.bias is not None:
        bias = weights.bias if len(weights.bias.shape) == 2 else weights.bias[None]
        whole = ops.sum(bias, axis=0, keepdims=True) if bias.shape[0] > 1 else bias
        rows.append(block(whole, first[2]) if first[3] is None else block(bias[1:], first[3]))
    return ops.concatenate(rows, axis=0)


def _side_by_side(parts):
    return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)


def input_product(plan: Plan, k: int, units: int, x, weights: Weights):
    """Computes x_t W_x + b, (…, M), of a neuron with a separate input product, for x (…, D).

    The recurrent bias is not included. For a neuron called in parts no bias is included.
    """
    if plan.reads_input[k]:
        i = plan.kernel_columns.index(k)
        product = ops.matmul(x, columns(weights.kernel, i, i + 1, units))
    else:
        product = ops.zeros_like(x[..., :1]) * ops.zeros((units,), x.dtype)
    if weights.bias is None or k in plan.parts:
        return product
    bias = weights.bias if len(weights.bias.shape) == 1 else weights.bias[0]
    return product + columns(bias, k, k + 1, units)


def output_biases(plan: Plan, units: int, weights: Weights) -> dict[int, Any]:
    """Returns the bias (M,) of each neuron called in parts, which its `output` adds."""
    if weights.bias is None:
        return {}
    whole = weights.bias if len(weights.bias.shape) == 1 else ops.sum(weights.bias, axis=0)
    return {k: columns(whole, k, k + 1, units) for k in sorted(plan.parts)}


def with_ones(x):
    """Appends a feature of ones to x (…, D), which multiplies the bias."""
    return ops.concatenate([x, ops.ones_like(x[..., :1])], axis=-1)
