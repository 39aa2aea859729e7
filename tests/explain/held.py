"""A step of a unit with random numbers, in which the neurons are held: the numeric side."""

from types import SimpleNamespace

import numpy as np
from keras import ops

from rnnexp.diagnostics.held_step import held_step, retention
from rnnexp.diagnostics.one_step import one_step
from rnnexp.explain.arithmetic import evaluated, evaluated_lines
from rnnexp.explain.random_step import named_weights
from tests.units import normal, randomise

B, D, M = 6, 3, 4


class Held:
    """Random states and inputs of a unit, and the outputs of its neurons."""

    def __init__(self, unit, seed=0):
        rng = np.random.default_rng(seed)
        cell = unit.cell(M, dtype="float64")
        cell.build((B, D))
        self.cell = randomise(cell, rng)
        self.equation, self.weights = cell.equation, cell.step_weights()
        self.x = ops.convert_to_tensor(normal(rng, B, D, dtype="float64"))
        states = unit.states_like(rng, B, M, "float64")
        self.states = [ops.convert_to_tensor(state) for state in states]
        self.outputs = one_step(self.equation, self.weights, self.x, self.states).outputs

    def retention(self):
        """∂memory_t/∂memory_{t-1}, (B, M)."""
        return retention(self.equation, self.weights, self.x, self.states, self.outputs)

    def after(self, states=None, outputs=None):
        """The states after the step, with other states or outputs of the neurons."""
        states, outputs = states or self.states, outputs or self.outputs
        after, _ = held_step(self.equation, self.weights, self.x, states, outputs)
        return [state.numpy() for state in after]

    def told(self, told, text, outputs=None):
        """What a text in the equations is, computed with NumPy from the outputs of the neurons."""
        before = {f"{n}_{{t-1}}": s.numpy() for n, s in zip(told.states, self.states, strict=True)}
        values = named_weights(self.cell, told) | before | {"x_t": self.x.numpy()}
        names = [neuron.name for neuron in told.neurons]
        values |= dict(zip(names, map(np.asarray, outputs or self.outputs), strict=True))
        lines = [line for line in told.equations if line.partition(" = ")[0] not in names]
        return np.broadcast_to(evaluated(text, evaluated_lines(lines, values, {}), {}), (B, M))

    def gate(self, name):
        """The values of a gate, (B, M)."""
        gates = {gate.name: gate for gate in self.equation.gates}
        outputs = dict(zip((n.name for n in self.equation.neurons), self.outputs, strict=True))
        if gates[name].value is None:
            return outputs[name].numpy()
        after, _ = held_step(self.equation, self.weights, self.x, self.states, self.outputs)
        before, following = (
            SimpleNamespace(**dict(zip(self.equation.states, states, strict=True)))
            for states in (self.states, after)
        )
        return gates[name].value(SimpleNamespace(**outputs), before, following).numpy()
