"""Neurons that answer with what the forward sweep stored, and know the way back."""

import tensorflow as tf

from rnnexp.engine.plan import Plan
from rnnexp.engine.slopes import from_output
from rnnexp.equations import Equation


def keeps_output(equation: Equation, plan: Plan, k) -> bool:
    """Whether neuron k's output is stored for the reverse sweep, rather than its product."""
    return k not in plan.gated and from_output(equation.neurons[k].activation) is not None


def kept(equation: Equation, plan: Plan) -> list[int]:
    """The neurons of which something is stored: not those whose output is stored as a state."""
    twice = [k for k, _ in plan.states if keeps_output(equation, plan, k)]
    return [k for k in range(len(equation.neurons)) if k not in twice]


class Replay:
    """One timestep's neurons, replayed. After a tape has gone back through them it holds:

    deltas: by group (B, n M), the gradient at the group's product: δ_t of neurons not gated.
    read: by group (B, M), the vector that the group read.
    """

    def __init__(self, equation: Equation, plan: Plan, stored, gated_inputs, back):
        """stored: by neuron (B, M), its output or its product, as `keeps_output` says.

        gated_inputs: by gated neuron (B, M).
        back(g, delta): δ_t W_hᵀ of group g, (B, n M) → (B, M).
        """
        self.equation, self.plan = equation, plan
        self.stored, self.gated_inputs, self.back = stored, gated_inputs, back
        self.deltas: dict = {}
        self.read: dict = {}
        self._answers: dict = {}

    def neurons(self):
        return [self._neuron(k) for k in range(len(self.equation.neurons))]

    def _neuron(self, k):
        g, position = self.plan.place(k)
        activation = self.equation.neurons[k].activation

        def read(v, gate=None):
            if g not in self._answers:
                self.read[g] = v
                self._answers[g] = self._group(g)(v)
            answer = self._answers[g][position]
            if gate is not None:
                return activation(self.gated_inputs[k] + gate * answer)
            return answer if keeps_output(self.equation, self.plan, k) else activation(answer)

        return read

    def _group(self, g):
        """What a group's neurons stored, as a function of the vector that they read."""

        @tf.custom_gradient
        def answer(v):
            def gradient(*upstream):
                neurons = self.plan.groups[g].neurons
                delta = [self._delta(k, d) for k, d in zip(neurons, upstream, strict=True)]
                self.deltas[g] = tf.concat(delta, 1)
                return self.back(g, self.deltas[g])

            return tuple(tf.identity(self.stored[k]) for k in self.plan.groups[g].neurons), gradient

        return answer

    def _delta(self, k, d):
        if not keeps_output(self.equation, self.plan, k):
            return d
        return from_output(self.equation.neurons[k].activation)(self.stored[k], d)
