"""What is said of the memory and the gates is what the numbers of a step say."""

import re

import numpy as np
import pytest
from keras import ops

from rnnexp import equations
from rnnexp.explain.explaining import explanation
from tests.explain.held import B, Held, M
from tests.units import EVERY_UNIT, UNITS, each_of

GATED = each_of([unit for unit in UNITS if unit.equation.gates])
WHOLE = r"(\w+) = (1|0) keeps all of it"


@EVERY_UNIT
def test_what_a_step_keeps_is_the_retention(unit):
    held = Held(unit)
    told = explanation(held.equation)
    assert told.keeps, "every unit of rnnexp has a closed form"
    rounded = 5e-4 if re.fullmatch(r"[\d.]+", told.keeps) else 1e-9
    np.testing.assert_allclose(held.told(told, told.keeps), held.retention(), rtol=rounded)


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


def ends(name, meaning):
    """(value of the gate, state, text) of each equation in brackets behind "z = 1 …"."""
    for match in re.finditer(rf"\b{name} = ([01]) [^(=]*\((\w+)_t = ", meaning):
        depth, length = 1, 0
        rest = meaning[match.end() :]
        while depth:
            depth += {"(": 1, ")": -1}.get(rest[length], 0)
            length += 1
        yield float(match[1]), match[2], rest[: length - 1]


@GATED
def test_the_equations_at_both_ends_of_a_gate_are_those_of_the_step(unit):
    """With 0 and 1 in the place of a neuron that is a gate."""
    held = Held(unit)
    told, equation = explanation(held.equation), held.equation
    names = [neuron.name for neuron in equation.neurons]
    for gate, shown in zip(equation.gates, told.gates, strict=True):
        if gate.value is None and not gate.meaning:
            for value, state, text in ends(gate.name, shown.meaning):
                outputs = list(held.outputs)
                outputs[names.index(gate.name)] = ops.full((B, M), value, dtype="float64")
                after = held.after(outputs=outputs)[equation.states.index(state)]
                np.testing.assert_allclose(held.told(told, text, outputs), after, rtol=1e-9)


def test_there_are_equations_at_both_ends():
    meaning = explanation(equations.LSTM()).gates[2].meaning
    assert list(ends("o", meaning)) == [(1, "h", "tanh(c_t)"), (0, "h", "0")]


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
    after = held.after(states, outputs)[held.equation.memory_index]
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


def test_what_comes_from_another_state_is_not_new():
    """Re λ re - Im λ im is what an LRU remembers; only γ u is new."""
    told = explanation(equations.LRU())
    _, _, rest = told.mixture.rpartition(": ")
    old, _, new = rest.partition(" come from the past, ")
    assert "re_{t-1}" in old
    assert "im_{t-1}" in old
    assert (
        new == "exp(split(log_nu_gamma, 2)[1]) ⊙ u_re is new. Nothing makes the weights sum to 1."
    )


class Unusual(equations.GRU):
    """A GRU with a memory that is neither a sum nor differentiable in closed form."""

    def step(self, z, r, candidate, h):
        new = candidate(ops.roll(r(h) * h, 1, axis=-1))
        return ops.where(h > 0, z(h) * h, new)


def test_what_cannot_be_said_in_words_is_said_in_equations():
    told = explanation(Unusual())
    assert (told.keeps, told.convex) == ("", False)
    assert told.mixture.endswith("this is no sum of an old and a new part.")
    assert "where(h_{t-1} > 0, h_{t-1}, candidate)" in told.gates[0].meaning
    assert "r = 1 all of it, r = 0 nothing" not in told.gates[1].meaning


class Meaningful(equations.GRU):
    """A GRU whose gates say themselves what they mean."""

    @property
    def gates(self):
        return (equations.Gate("z", "update", meaning="z says this."), equations.Gate("r", "reset"))


def test_what_an_equation_says_itself_comes_first():
    assert explanation(Meaningful()).gates[0].meaning == "z says this."
