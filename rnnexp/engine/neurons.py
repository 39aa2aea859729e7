"""Neurons that multiply: what the forward sweep, the cells and the traces hand to `step`."""

from keras import ops

from rnnexp.engine.plan import Plan
from rnnexp.equations import Equation


def multiplying(equation: Equation, plan: Plan, product, gated_inputs, keep=None):
    """The equation's neurons as callables, one matrix product for all that read the same vector.

    product(g, v): what group g's neurons get from the vector v (B, M) that they read, (B, n M) for
        n neurons. It holds the input's share and the bias too, except for gated neurons.
    gated_inputs: for each gated neuron, by its index, x_t W_x + b of shape (B, M).
    keep(k, product, output): called with neuron k's own part of the product and its output (B, M).
    """
    products: dict[int, list] = {}

    def neuron(k):
        g, position = plan.place(k)
        activation = equation.neurons[k].activation

        def read(v, gate=None):
            if g not in products:
                products[g] = ops.split(product(g, v), len(plan.groups[g].neurons), axis=-1)
            p = products[g][position]
            y = activation(p if gate is None else gated_inputs[k] + gate * p)
            if keep is not None:
                keep(k, p, y)
            return y

        return read

    return [neuron(k) for k in range(len(equation.neurons))]


def step(equation: Equation, neurons, states):
    """The next states, always as a tuple of (B, M)."""
    following = equation.step(*neurons, *states)
    return following if isinstance(following, tuple) else (following,)
