"""Neurons that compute matrix products, for the forward pass, the cells and the traces."""

from rnnexp.engine.plan import Plan, Product
from rnnexp.engine.weights import split
from rnnexp.equations import Equation, StepNeuron


def multiplying(
    equation: Equation, plan: Plan, product, input_products, biases, keep=None
) -> list[StepNeuron]:
    """Returns the neurons of an equation, with one matrix product for all that read one vector.

    Args:
        equation, plan: The equation and its plan.
        product: A function product(g, v) that returns the products of group g with the vector v
            (B, M), as (B, n M) for n products. They include x_t W_x and the bias, except for
            neurons with a separate input product.
        input_products: For each neuron with a separate input product, x_t W_x + b, (B, M).
        biases: For each neuron called in parts, its bias (M,); empty without a bias.
        keep: A function keep(k, p, y) that is called with the product p (B, M) of neuron k (None if
            it reads no vector) and with its output y (B, M); or None.

    Returns:
        The neurons, as `step` takes them.
    """

    def parts(g, v):
        n = len(plan.groups[g].products)
        return split(product(g, v), n)

    products = Products(plan, parts)
    return [
        _Multiplying(equation.neurons[k], k, products, input_products.get(k), biases.get(k), keep)
        for k in range(len(equation.neurons))
    ]


class Products:
    """The products of the groups in one timestep, each computed when a neuron first needs it."""

    def __init__(self, plan: Plan, parts):
        """Creates the products of a timestep.

        Args:
            plan: The plan of the equation.
            parts: A function parts(g, v) that returns the products of group g with the vector v
                (B, M), one (B, M) for each.
        """
        self._plan, self._parts = plan, parts
        self._groups: dict = {}

    def __call__(self, k, vectors):
        """Returns the sum of the products of neuron k, (B, M); None if it reads no vector."""
        found = [self._one(Product(k, j), v) for j, v in enumerate(vectors)]
        return sum(found[1:], start=found[0]) if found else None

    def _one(self, product, v):
        g, position = self._plan.place(product)
        if g not in self._groups:
            self._groups[g] = self._parts(g, v)
        return self._groups[g][position]


class _Multiplying(StepNeuron):
    def __init__(self, neuron, k, products, input_product, bias, keep):
        self._activation, self._k = neuron.activation, k
        self._products, self._input, self._bias = products, input_product, bias
        self._keep = keep
        self._product = None

    def __call__(self, *vectors, gate=None, plus=None):
        p = self._products(self._k, vectors)
        return self._kept(p, self._activation(pre_activation(self._input, p, gate, plus)))

    def input(self):
        return self._input

    def product(self, *vectors):
        self._product = self._products(self._k, vectors)
        return self._product

    def output(self, pre_activation):
        a = pre_activation if self._bias is None else pre_activation + self._bias
        return self._kept(self._product, self._activation(a))

    def _kept(self, p, y):
        if self._keep is not None:
            self._keep(self._k, p, y)
        return y


def pre_activation(input_product, product, gate, plus):
    """Returns the sum of x_t W_x + b, gate ⊙ (v W_h + b_h) and plus; each may be None."""
    recurrent = product if gate is None else gate * product
    terms = [a for a in (input_product, recurrent, plus) if a is not None]
    return sum(terms[1:], start=terms[0])


def step(equation: Equation, neurons, states, vectors=()):
    """Returns the next states, always as a tuple of (B, M)."""
    following = equation.step(*neurons, *states, *vectors)
    return following if isinstance(following, tuple) else (following,)
