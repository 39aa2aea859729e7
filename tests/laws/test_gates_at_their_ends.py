"""Law: gates do what their roles say, at their ends bit for bit.

An update gate at one end copies the memory, at the other forgets it. An open forget and a shut
input gate keep the memory; a shut forget gate loses it. Where one is computed from the other, one
neuron does both.
"""

from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import tensorflow as tf

from tests.plain_loop import loop
from tests.transcriptions import kept_by
from tests.units import UNITS, Unit, each_of, normal, randomise, stored

B, T, D, M = 3, 6, 2, 4
SHUT, OPEN = -1e4, 1e4  # biases at which a sigmoid is exactly 0 and 1 in float32


def unchanged(memory):
    return memory


# What these do to the memory beside their gates: before them, and after adding the candidate.
SQUASHED = {"CFN": (np.tanh, unchanged), "STAR": (unchanged, np.tanh)}
# Vectors with which these add a part of the candidate although the gate keeps.
ADDING = {"FastGRNN": "nu"}


def roles(unit: Unit) -> set:
    return {neuron.role for neuron in unit.equation.neurons}


def gates(unit: Unit) -> set:
    return {gate.role for gate in unit.equation.gates}


UPDATING = each_of([unit for unit in UNITS if "update" in roles(unit)])
REMEMBERING = each_of([unit for unit in UNITS if {"input", "forget"} & roles(unit)])
FORGETTING = each_of([unit for unit in UNITS if "forget" in gates(unit)])
LETTING_PASS = each_of([unit for unit in UNITS if {"input", "forget"} <= gates(unit)])
GATED = each_of([unit for unit in UNITS if unit.equation.gates])


def with_gates(unit: Unit, rng, alone=False, **biases):
    """A layer with random weights in which the biases of the neurons of these roles are given.

    alone: whether the neurons read x_t alone, for which a unit without matrices shuts its reset.
    """
    layer = unit.layer(M, return_sequences=True, return_state=True)
    layer.build((B, T, D))
    randomise(layer, rng)
    for weight in layer.weights:
        if alone and weight.name not in ("kernel", "bias"):
            weight.assign(tf.zeros_like(weight))
        if weight.name == ADDING.get(unit.name):
            weight.assign(tf.fill(weight.shape, SHUT))
    if alone:
        biases = {"reset": SHUT, **biases}
    bias = layer.cell.bias.numpy()
    for k, neuron in enumerate(layer.cell.equation.neurons):
        if neuron.role in biases:
            bias[..., k * M : (k + 1) * M] = biases[neuron.role]
    layer.cell.bias.assign(bias)
    return layer


def memory_after(unit, layer, x, states):
    """The memory after the last timestep."""
    _, *final = layer(x, initial_state=list(map(tf.constant, states)))
    return final[unit.equation.memory_index].numpy()


def kept(unit, **biases) -> bool:
    """Whether the memory is the initial one, bit for bit; squashed T times, if it is squashed."""
    rng = np.random.default_rng(0)
    layer, x = with_gates(unit, rng, **biases), normal(rng, B, T, D)
    states = unit.states_like(rng, B, M)
    found, expected = memory_after(unit, layer, x, states), states[unit.equation.memory_index]
    if unit.name not in SQUASHED:
        return np.array_equal(found, expected)
    for _ in range(T):
        expected = squashed(unit, expected)
    return np.allclose(found, expected, rtol=1e-5, atol=0)


def squashed(unit, memory, added=0, keep=1):
    """The memory after a step: keep ⊙ memory + added, through what squashes it."""
    before, after = SQUASHED.get(unit.name, (unchanged, unchanged))
    return after(keep * before(memory) + added)


def forgotten(unit, **biases) -> bool:
    """Whether another initial memory leads to the same one, bit for bit, at once."""
    rng = np.random.default_rng(1)
    layer, x = with_gates(unit, rng, alone=True, **biases), normal(rng, B, 1, D)
    one, other = unit.states_like(rng, B, M), unit.states_like(rng, B, M)
    i = unit.equation.memory_index
    other = [*one[:i], other[i], *one[i + 1 :]]
    return np.array_equal(*(memory_after(unit, layer, x, states) for states in (one, other)))


@UPDATING
def test_an_update_gate_copies_the_memory_at_one_end_and_forgets_it_at_the_other(unit):
    ends = {OPEN: kept(unit, update=OPEN), SHUT: kept(unit, update=SHUT)}
    assert sorted(ends.values()) == [False, True]
    for end, keeps in ends.items():
        assert forgotten(unit, update=end) == (not keeps)


@UPDATING
def test_an_update_gate_keeps_at_the_end_at_which_the_paper_keeps(unit):
    ones = defaultdict(lambda: 1.0)
    assert kept(unit, update=OPEN) == (kept_by(unit.equation, ones) == 1)


@REMEMBERING
def test_an_open_forget_and_a_shut_input_gate_keep_the_memory(unit):
    assert kept(unit, forget=OPEN, input=SHUT)
    assert not forgotten(unit, forget=OPEN, input=SHUT)
    if "input" in roles(unit):
        assert not kept(unit, forget=OPEN)


@FORGETTING
def test_a_shut_forget_gate_loses_the_memory(unit):
    computed_from_the_input_gate = "forget" not in roles(unit)
    biases = {"input": OPEN} if computed_from_the_input_gate else {"forget": SHUT}
    assert forgotten(unit, **biases)


def named(names, values):
    return SimpleNamespace(**dict(zip(names, values, strict=True)))


def gates_of_a_step(unit, rng):
    """One float64 step: by role the gates and the candidates (B, M), the memory before and after.

    Each role has a list.
    """
    cell = unit.cell(M, dtype="float64")
    cell.build((B, D))
    equation = randomise(cell, rng).equation
    x = tf.constant(3 * normal(rng, B, 1, D, dtype="float64"))
    before = list(map(tf.constant, unit.states_like(rng, B, M, dtype="float64")))
    passed = loop(equation, stored(cell), x, before)
    after, outputs = passed.states[0], passed.outputs[0].values()
    neurons = named([neuron.name for neuron in equation.neurons], outputs)
    states = named(equation.states, before), named(equation.states, after)
    by_role = defaultdict(list)
    for neuron in equation.neurons:
        if not neuron.is_gate:
            by_role[neuron.role].append(getattr(neurons, neuron.name))
    for gate in equation.gates:
        value = getattr(neurons, gate.name) if gate.value is None else gate.value(neurons, *states)
        by_role[gate.role].append(value.numpy())
    i = equation.memory_index
    return by_role, before[i].numpy(), after[i].numpy()


@GATED
def test_a_gate_lets_a_part_pass(unit):
    found, _, _ = gates_of_a_step(unit, np.random.default_rng(2))
    for role, several in found.items():
        for gate in several if role != "candidate" else []:
            assert gate.shape == (B, M)
            assert np.all((gate >= 0) & (gate <= 1)), role
            assert np.ptp(gate) > 0, role


@LETTING_PASS
def test_the_memory_is_what_the_gates_let_pass(unit):
    found, before, after = gates_of_a_step(unit, np.random.default_rng(3))
    (forget,), (let_in,), (candidate,) = (found[r] for r in ("forget", "input", "candidate"))
    expected = squashed(unit, before, let_in * candidate, forget)
    np.testing.assert_allclose(after, expected, rtol=1e-12)


@UPDATING
def test_the_memory_is_a_mixture_of_itself_and_a_candidate(unit):
    """By an update gate; a unit with several states has several."""
    found, before, after = gates_of_a_step(unit, np.random.default_rng(4))
    gates = found["update"] if kept(unit, update=OPEN) else [1 - g for g in found["update"]]
    candidates = found["candidate"]
    mixtures = [squashed(unit, before, (1 - k) * c, k) for k in gates for c in candidates]
    assert any(np.allclose(after, mixture, rtol=1e-12, atol=0) for mixture in mixtures)
