"""What is said of the memory and the gates is what the numbers of a step say."""

import re

import numpy as np
import pytest

from rnnexp import equations
from rnnexp.explain.arithmetic import evaluated, evaluated_lines
from rnnexp.explain.explaining import explanation
from rnnexp.explain.random_step import named_weights
from tests.explain.held import B, Held, M
from tests.units import EVERY_UNIT, UNITS, each_of

GATED = each_of([unit for unit in UNITS if unit.equation.gates])
WHOLE = r"(\w+) = (1|0) keeps all of it"


@EVERY_UNIT
def test_what_a_step_keeps_is_the_retention(unit):
    held = Held(unit)
    told = explanation(held.equation)
    assert told.keeps, "every unit of rnnexp has a closed form"
    before = {f"{n}_{{t-1}}": s.numpy() for n, s in zip(told.states, held.states, strict=True)}
    neurons = zip((n.name for n in told.neurons), held.outputs, strict=True)
    values = named_weights(held.cell, told) | before | {"x_t": held.x.numpy()}
    values |= {name: output.numpy() for name, output in neurons}
    lines = [line for line in told.equations if line.partition(" = ")[0] not in values]
    found = evaluated(told.keeps, evaluated_lines(lines, values, {}), {})
    rounded = 5e-4 if re.fullmatch(r"[\d.]+", told.keeps) else 1e-9
    np.testing.assert_allclose(np.broadcast_to(found, (B, M)), held.retention(), rtol=rounded)


@GATED
def test_a_gate_that_is_said_to_keep_all_at_one_end_does(unit):
    """The retention is the gate itself, or one minus it."""
    held = Held(unit)
    memory = held.equation.states[held.equation.memory_index]
    for gate, told in zip(held.equation.gates, explanation(held.equation).gates, strict=True):
        says = None if gate.meaning else re.search(WHOLE, told.meaning)
        if says and f"{memory}_{{t-1}} is kept" in told.meaning:
            assert says[1] == gate.name
            value = held.gate(gate.name)
            kept = value if says[2] == "1" else 1 - value
            np.testing.assert_allclose(held.retention(), kept, rtol=1e-9, atol=1e-12)


@EVERY_UNIT
def test_a_convex_combination_of_equal_parts_is_that_part(unit):
    """Where candidate and old memory are c, so is the new memory, whatever the gates."""
    held = Held(unit)
    told = explanation(held.equation)
    c = 0.3 * np.ones((B, M))
    roles = [neuron.role for neuron in held.equation.neurons]
    pairs = zip(roles, held.outputs, strict=True)
    outputs = [c if role == "candidate" else output for role, output in pairs]
    states = list(held.states)
    states[held.equation.memory_index] = c
    after = held.memory_after(states, outputs)
    function = re.search(r" is (\w+) of a convex", told.mixture)
    expected = {"tanh": np.tanh, None: lambda a: a}[function and function[1]](c)
    stays = np.allclose(after, expected, rtol=1e-12)
    kept = held.retention()
    assert told.convex == (stays and bool(np.any(kept)) and bool(np.any(kept != 1)))


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (equations.GRU, "z", "z = 1 replaces it (h_t = candidate), z = 0 keeps all of it"),
        (equations.KeepGRU, "z", "z = 1 keeps all of it (h_t = h_{t-1}), z = 0 replaces it"),
        (equations.GRU, "r", "r = 1 all of it, r = 0 nothing"),
        (equations.LSTM, "f", "f = 1 keeps all of it (c_t = c_{t-1} + i ⊙ candidate), f = 0 er"),
        (equations.LSTM, "i", "i = 1 writes candidate"),
        (equations.LSTM, "o", "o = 1 all of it (h_t = tanh(c_t)), o = 0 nothing (h_t = 0)"),
        (equations.ResetAfterGRU, "r", "product h_{t-1} W_hc reaches candidate: r = 1 all of it"),
        (equations.SLSTM, "f", "f = 1 keeps all of it (c_t = c_{t-1} + i ⊙ z), f = 0 erases it"),
    ],
)
def test_the_sentences_that_a_lecturer_would_say(kind, name, expected):
    meanings = {gate.name: gate.meaning for gate in explanation(kind()).gates}
    assert expected in meanings[name]


def test_an_lstm_is_no_convex_combination():
    told = explanation(equations.LSTM())
    assert not told.convex
    assert "f and i are free of each other" in told.mixture


class Meaningful(equations.GRU):
    """A GRU whose gates say themselves what they mean."""

    @property
    def gates(self):
        return (equations.Gate("z", "update", meaning="z says this."), equations.Gate("r", "reset"))


def test_what_an_equation_says_itself_comes_first():
    assert explanation(Meaningful()).gates[0].meaning == "z says this."
