"""The weights of a cell, made when it is built."""

from rnnexp.engine.weights import layout
from rnnexp.equations import Vector
from rnnexp.layers.gate_bias import with_gate_bias
from rnnexp.layers.initial import starts
from rnnexp.layers.recurrent_initializer import initializer_of_kernel


def add_weights(cell, features: int) -> None:
    """Adds the weights that a cell's equation declares, as the attributes of their names.

    Args:
        cell: The cell.
        features: D.

    Raises:
        ValueError: The cell is residual, and D is not M.
    """
    if cell.residual and features != cell.units:
        raise ValueError(
            f"residual is True, the inputs have {features} features, and units is {cell.units}; "
            "expected as many units as features, because the output is h_t + x_t"
        )
    equation, M = cell.equation, cell.units
    columns = layout(equation)
    cell.kernel = cell.add_weight(
        shape=(features, len(columns.kernel) * M),
        name="kernel",
        initializer=cell.kernel_initializer,
        regularizer=cell.kernel_regularizer,
        constraint=cell.kernel_constraint,
    )
    cell.recurrent_kernel = None
    if columns.recurrent_kernel:
        cell.recurrent_kernel = cell.add_weight(
            shape=(M, len(columns.recurrent_kernel) * M),
            name="recurrent_kernel",
            initializer=initializer_of_kernel(equation, cell.recurrent_initializer),
            regularizer=cell.recurrent_regularizer,
            constraint=cell.recurrent_constraint,
        )
    cell.bias = None
    if cell.use_bias:
        n = len(equation.neurons) * M
        general = cell.initializer_of_bias()
        cell.bias = cell.add_weight(
            shape=(n,) if columns.biases == 1 else (2, n),
            name="bias",
            initializer=general if cell.gate_bias is None else with_gate_bias(cell, general),
            regularizer=cell.bias_regularizer,
            constraint=cell.bias_constraint,
        )
    learned = starts(equation, cell.learn_initial_state).values()
    vectors = [*equation.vectors, *(start for start in learned if isinstance(start, Vector))]
    cell.own_vectors = {vector.name: _added(cell, vector) for vector in vectors}


def _added(cell, vector: Vector):
    return cell.add_weight(
        shape=(vector.count * cell.units,),
        name=vector.name,
        initializer=vector.initializer,
        constraint=vector.constraint,
    )
