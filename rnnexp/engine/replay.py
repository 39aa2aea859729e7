"""Neurons that return what the forward pass stored and have a gradient of their own."""

import tensorflow as tf

from rnnexp.engine.activation_gradients import from_output
from rnnexp.engine.neurons import Products, pre_activation
from rnnexp.engine.operands import Operands, Timestep, dropped
from rnnexp.engine.plan import Plan
from rnnexp.equations import Equation, StepNeuron


def keeps_output(equation: Equation, plan: Plan, k) -> bool:
    """Whether the output of neuron k is stored for the backward pass instead of its product."""
    if k in plan.gated or k in plan.parts:  # the backward pass needs their products
        return False
    return from_output(equation.neurons[k].activation) is not None


def kept(equation: Equation, plan: Plan) -> list[int]:
    """Returns the neurons with a stored value.

    Nothing is stored for a neuron whose output is stored as a state, or without a product.
    """
    as_states = [k for k, _ in plan.states]
    return [
        k
        for k in range(len(equation.neurons))
        if (k not in as_states if keeps_output(equation, plan, k) else plan.vectors[k])
    ]


def replays(equation: Equation, plan: Plan, operands: Operands, states, stored):
    """Returns a function of t and the inputs of timestep t that returns its `Replay`.

    Args:
        equation, plan: The equation and its plan.
        operands: The operands of the forward pass.
        states, stored: The states and stored values that `forward` returned.
    """
    transposed = [tf.transpose(m[: operands.units]) for m in operands.matrices]

    def back(g, delta):
        return dropped(operands, g, tf.matmul(delta, transposed[g]))

    def at(t, now: Timestep) -> Replay:
        outputs = {k: tf.gather(states[j], t + 1) for k, j in plan.states}
        outputs |= {k: tf.gather(y, t) for k, y in stored.items()}
        return Replay(equation, plan, outputs, now.input_products, operands.biases, back)

    return at


class Replay:
    """The neurons of one timestep, replayed from stored values.

    Attributes:
        deltas: For each group, the gradient at its products (B, n M), after a tape has computed it.
        read: For each group, the vector (B, M) that it read.
    """

    def __init__(self, equation: Equation, plan: Plan, stored, input_products, biases, back):
        """Creates the neurons.

        Args:
            equation, plan: The equation and its plan.
            stored: For each neuron, its output or its product (B, M), according to `keeps_output`.
            input_products, biases: See `multiplying`.
            back: A function back(g, delta) that returns δ_t W_hᵀ of group g, (B, n M) to (B, M).
        """
        self.equation, self.plan = equation, plan
        self.stored, self.back = stored, back
        self.input_products, self.biases = input_products, biases
        self.deltas: dict = {}
        self.read: dict = {}

    def neurons(self):
        """Returns the neurons, as `step` takes them."""
        products = Products(self.plan, self._group)
        return [_Replayed(self, k, products) for k in range(len(self.equation.neurons))]

    def _group(self, g, v):
        """Returns the substitutes for the products of a group, with a gradient at its vector."""
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
        """Returns the gradient at the products of group g; zeros if it has none."""
        n = len(self.plan.groups[g].products)
        return self.deltas[g] if g in self.deltas else tf.zeros_like(tf.concat([like] * n, 1))

    def _stand_in(self, product, v):
        """Returns the neuron's output if it depends only on this product, else the product.

        If the output is stored and depends on more than the product, the value of the product is
        not used. The sum of several products is stored as the first one.
        """
        k, position = product
        if k in self.plan.direct or (position == 0 and not self.keeps_output(k)):
            return tf.identity(self.stored[k])
        return tf.zeros_like(v)

    def _delta(self, k, d):
        return self.slope(k)(d) if k in self.plan.direct and self.keeps_output(k) else d

    def keeps_output(self, k) -> bool:
        """Whether the output of neuron k is stored; see the function `keeps_output`."""
        return keeps_output(self.equation, self.plan, k)

    def slope(self, k):
        """Returns the function from the gradient d at the output of neuron k to δ."""
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
        """Returns the stored output, with a gradient at the pre-activation `a`.

        The value of `a` is not used.
        """

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
