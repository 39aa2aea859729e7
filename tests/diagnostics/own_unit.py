"""A unit of one's own that uses all that an equation may."""

from dataclasses import dataclass
from typing import ClassVar

from keras import activations, ops

from rnnexp import equations, layers
from rnnexp.equations import Gate, Neuron, Vector


@dataclass(frozen=True)
class Own(equations.Equation):
    """Two vectors read, matrices shared, a neuron without input, one without a vector, and more.

    The state that is put out is s; the memory q has a start that is learned.
    """

    states = ("s", "q")
    memory = "q"
    initial: ClassVar = {"q": Vector("q_start", "ones")}

    @property
    def neurons(self):
        return (
            Neuron("a", activations.sigmoid, "update"),
            Neuron("pull", activations.tanh, "candidate", reads_input=False),
            Neuron("second", activations.tanh, "candidate", weights_of="a"),
            Neuron("out", activations.tanh, "candidate"),
        )

    @property
    def vectors(self):
        return (Vector("w", "ones", count=2),)

    @property
    def gates(self):
        half = Gate("half", "forget", lambda neurons, before, after: 0.5 * neurons.a)
        return Gate("a", "update"), half

    def step(self, a, pull, second, out, s, q, w):
        a = a(s)
        u, v = ops.split(w, 2, axis=-1)
        q = (1 - a) * q + a * pull(q, s, gate=a, plus=u) + second(s) * v
        return out(plus=q), q


class OwnLayer(layers.EquationLayer, equation=Own):
    """The layer of `Own`."""
