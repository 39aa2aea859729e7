"""Neurons that answer with what the forward pass stored, and know the way back."""

import tensorflow as tf

from rnnexp.engine.activation_gradients import from_output
from rnnexp.engine.neurons import Products, pre_activation
from rnnexp.engine.plan import Plan
from rnnexp.equations import Equation, StepNeuron


def keeps_output(equation: Equation, plan: Plan, k) -> bool:
    """Whether neuron k's output is stored for the backward pass, rather than its product."""
    if k in plan.gated or k in plan.parts:  # their products themselves are needed
        return False
    return from_output(equation.neurons[k].activation) is not None


def kept(equation: Equation, plan: Plan) -> list[int]:
    """The neurons of which something is stored.

    Nothing is where the output is stored as a state, and where there is no product to be stored.
    """
    as_states = [k for k, _ in plan.states]
    return [
        k
        for k in range(len(equation.neurons))
        if (k not in as_states if keeps_output(equation, plan, k) else plan.vectors[k])
    ]


class Replay:
    """One timestep's neurons, replayed. After a tape has gone back through them it holds:

    deltas: by group (B, n M), the gradient at the group's products.
    read: by group (B, M), the vector that the group read.
    """

    def __init__(self, equation: Equation, plan: Plan, stored, input_products, biases, back):
        """stored: by neuron (B, M), its output or its product, as `keeps_output` says.

        input_products, biases: as `multiplying` takes them.
        back(g, delta): δ_t W_hᵀ of group g, (B, n M) → (B, M).
        """
        self.equation, self.plan = equation, plan
        self.stored, self.back = stored, back
        self.input_products, self.biases = input_products, biases
        self.deltas: dict = {}
        self.read: dict = {}

    def neurons(self):
        """The neurons, as `step` takes them."""
        products = Products(self.plan, self._group)
        return [_Replayed(self, k, products) for k in range(len(self.equation.neurons))]

    def _group(self, g, v):
        """What stands in for a group's products, and goes back to the vector that it read."""
        self.read[g] = v
        products = self.plan.groups[g].products

        @tf.custom_gradient
        def answer(v):
            def gradient(*upstream):
                delta = [self._delta(k, d) for (k, _), d in zip(products, upstream, strict=True)]
                self.deltas[g] = tf.concat(delta, 1) if len(delta) > 1 else delta[0]
                return self.back(g, self.deltas[g])

            return tuple(self._stand_in(product, v) for product in products), gradient

        return answer(v)

    def delta(self, g, like):
        """The gradient at group g's products, zeros where none came back."""
        n = len(self.plan.groups[g].products)
        return self.deltas[g] if g in self.deltas else tf.zeros_like(tf.concat([like] * n, 1))

    def _stand_in(self, product, v):
        """A neuron's output where it follows from this product alone; else the product.

        Where the output is stored and more than the product enters it, the product's value does
        not matter. The sum of several products is stored as the first one.
        """
        k, position = product
        if k in self.plan.direct or (position == 0 and not self.keeps_output(k)):
            return tf.identity(self.stored[k])
        return tf.zeros_like(v)

    def _delta(self, k, d):
        return self.slope(k)(d) if k in self.plan.direct and self.keeps_output(k) else d

    def keeps_output(self, k) -> bool:
        """`keeps_output` of neuron k."""
        return keeps_output(self.equation, self.plan, k)

    def slope(self, k):
        """The function from d, the gradient at neuron k's output, to δ."""
        function = from_output(self.equation.neurons[k].activation)
        return lambda d: function(self.stored[k], d)


class _Replayed(StepNeuron):
    """A neuron of a `Replay`."""

    def __init__(self, replay: Replay, k: int, products: Products):
        self._replay, self._k, self._products = replay, k, products
        self._activation = replay.equation.neurons[k].activation
        self._input = replay.input_products.get(k)

    def __call__(self, *vectors, gate=None, plus=None):
        k, replay = self._k, self._replay
        p = self._products(k, vectors)
        kept_output = replay.keeps_output(k)
        if kept_output and k in replay.plan.direct:
            return p
        a = pre_activation(self._input, p, gate, plus)
        return self._output(a) if kept_output else self._activation(a)

    def _output(self, a):
        """The stored output as a function of the pre-activation, whose value does not matter."""

        @tf.custom_gradient
        def output(a):
            return tf.identity(self._replay.stored[self._k]), self._replay.slope(self._k)

        return output(a)

    def input(self):
        return self._input

    def product(self, *vectors):
        return self._products(self._k, vectors)

    def output(self, pre_activation):
        bias = self._replay.biases.get(self._k)
        return self._activation(pre_activation if bias is None else pre_activation + bias)
