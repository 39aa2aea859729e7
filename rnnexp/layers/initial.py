"""Where a unit starts: its bias before training, its states before the first timestep."""

from keras import initializers, ops

from rnnexp.equations import Equation, Vector


def bias_initializer(equation: Equation, general):
    """An initializer of the bias (N M,) or (2, N M) of N neurons.

    general: of the neurons that bring none of their own, and of a second, recurrent bias.
    """
    neurons = equation.neurons
    if all(neuron.bias_initializer is None for neuron in neurons):
        return general

    def each(shape, dtype=None):
        *rows, columns = shape
        M = columns // len(neurons)
        own = [initializers.get(neuron.bias_initializer) or general for neuron in neurons]
        first = ops.concatenate([function((M,), dtype=dtype) for function in own])
        if not rows:
            return first
        return ops.stack([first, general((columns,), dtype=dtype)])

    return each


def starts(equation: Equation, learned: bool) -> dict:
    """By name, where each state starts: a number, or a vector of weights.

    learned: whether all states start at vectors, whose initial values are the numbers.
    """

    def start(name):
        value = equation.initial.get(name, 0.0)
        if not learned or isinstance(value, Vector):
            return value
        constant = {"class_name": "Constant", "config": {"value": value}}
        return Vector(f"initial_{name}", constant)

    return {name: start(name) for name in equation.states}


def initial_state(cell, batch_size) -> list:
    """S states (B, M) as `starts` says.

    Raises ValueError where a vector is not there yet.
    """
    vectors, dtype = getattr(cell, "own_vectors", {}), cell.compute_dtype

    def rows(name, value):
        if not isinstance(value, Vector):
            return ops.full((batch_size, cell.units), value, dtype=dtype)
        if value.name not in vectors:
            raise ValueError(
                f"the initial state {name} of {type(cell.equation).__name__} is learned, and the "
                "cell has no weights yet: build it first"
            )
        vector = ops.cast(vectors[value.name], dtype)
        return ops.broadcast_to(vector, (batch_size, cell.units))

    learned = starts(cell.equation, cell.learn_initial_state)
    return [rows(name, value) for name, value in learned.items()]
