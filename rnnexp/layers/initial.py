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


def initial_state(equation: Equation, learned: dict, batch_size, units, dtype) -> list:
    """S states (B, M) as `Equation.initial` says.

    learned: by name, the vectors (M,) of states whose start is learned.
    Raises ValueError where such a vector is not there yet.
    """

    def start(name):
        value = equation.initial.get(name, 0.0)
        if isinstance(value, Vector):
            if value.name not in learned:
                raise ValueError(
                    f"the initial state {name} of {type(equation).__name__} is learned, and the "
                    "cell has no weights yet: build it first"
                )
            return ops.broadcast_to(ops.cast(learned[value.name], dtype), (batch_size, units))
        return ops.full((batch_size, units), value, dtype=dtype)

    return [start(name) for name in equation.states]
