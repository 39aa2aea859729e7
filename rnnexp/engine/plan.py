"""Which neurons share a matrix product, found from `step` itself."""

from dataclasses import dataclass
from functools import lru_cache

from keras import ops

from rnnexp.equations import Equation


@dataclass(frozen=True)
class Group:
    """Neurons that read the same vector, and so share one matrix product.

    neurons: their indices in weight order.
    state: index of the state that they read; None for a vector that `step` computes (r ⊙ h).
    """

    neurons: tuple[int, ...]
    state: int | None


@dataclass(frozen=True)
class Plan:
    """The groups of an equation in the order in which `step` calls them.

    gated: neurons called with `gate=`, whose input product stays apart from the recurrent one.
    states: by neuron whose output is a next state, unchanged, the index of that state.
    """

    groups: tuple[Group, ...]
    gated: frozenset[int]
    states: tuple[tuple[int, int], ...]

    def place(self, neuron: int) -> tuple[int, int]:
        """The group of a neuron, and its position there."""
        for g, group in enumerate(self.groups):
            if neuron in group.neurons:
                return g, group.neurons.index(neuron)
        raise ValueError(f"the equation's step never calls its neuron {neuron}")


@lru_cache(maxsize=256)
def plan(equation: Equation, share: bool = True) -> Plan:
    """Calls `step` once with neurons that only note what they are given.

    share=False gives every neuron a group of its own, as dropout masks of their own require.
    """
    states = [ops.zeros((1, 1)) for _ in equation.states]
    reads: list[tuple[object, list[int]]] = []
    gated = set()
    outputs = [ops.zeros((1, 1)) for _ in equation.neurons]

    def note(neuron):
        def call(v, gate=None):
            if gate is not None:
                gated.add(neuron)
            same = [neurons for vector, neurons in reads if vector is v]
            if share and same:
                same[0].append(neuron)
            else:
                reads.append((v, [neuron]))
            return outputs[neuron]

        return call

    following = equation.step(*map(note, range(len(equation.neurons))), *states)
    following = following if isinstance(following, tuple) else (following,)
    groups = tuple(
        Group(tuple(neurons), next((j for j, s in enumerate(states) if s is v), None))
        for v, neurons in reads
    )
    same = ((k, j) for k, y in enumerate(outputs) for j, s in enumerate(following) if s is y)
    return Plan(groups, frozenset(gated), tuple(same))
