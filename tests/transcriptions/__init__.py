"""The equations of the papers in NumPy, for one timestep: what the laws are computed against.

A unit has a file here, found by existing. It holds STEPS: by equation a function step(x, states,
w, fields) that gives the next states, a tuple of (B, M).

    x: (B, D). states: S of (B, M).
    w: the weights as they are stored, by name: "kernel", "recurrent_kernel", "bias" and the unit's
        own vectors. Those that the unit has not are missing.
    fields: the fields of the equation, as attributes; activations are functions of NumPy arrays.

It holds KEEPS, too: by equation the closed form of what a step keeps of the memory, as the paper's
equations have it: a function (seen, fields) of the neurons, derived gates and states, by name.

A unit that cannot be in every state says so with LEGAL: by equation a function of S random states
that gives S states in which it can be.
"""

import dataclasses
from importlib import import_module
from pkgutil import iter_modules
from types import SimpleNamespace

import numpy as np

from tests.transcriptions.arithmetic import ACTIVATIONS

MODULES = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
STEPS = {kind: step for module in MODULES for kind, step in getattr(module, "STEPS", {}).items()}
KEEPS = {kind: keeps for module in MODULES for kind, keeps in getattr(module, "KEEPS", {}).items()}
LEGAL = {kind: legal for module in MODULES for kind, legal in getattr(module, "LEGAL", {}).items()}


def transcription(equation):
    """step(x, states, w) → the next states, in NumPy, for an equation of rnnexp."""
    fields = fields_of(equation)

    def step(x, states, w):
        return STEPS[type(equation)](x, states, w, fields)

    return step


def fields_of(equation):
    """The fields of an equation, its activations as functions of NumPy arrays."""

    def in_numpy(value):
        return ACTIVATIONS[value.__name__] if callable(value) else value

    values = {f.name: in_numpy(getattr(equation, f.name)) for f in dataclasses.fields(equation)}
    return SimpleNamespace(**values)


def kept_by(equation, seen):
    """What a step keeps of the memory, by the closed form of the paper's equations."""
    return KEEPS[type(equation)](seen, fields_of(equation))


def looped(equation, x, states, w):
    """The states after every timestep of x (B, T, D): S of (B, T, M)."""
    step, after = transcription(equation), []
    for t in range(x.shape[1]):
        states = step(x[:, t], states, w)
        after.append(states)
    return [np.stack(each, axis=1) for each in zip(*after, strict=True)]


def legal_states(equation, states):
    """S random states (B, M) as states in which the unit can be."""
    return LEGAL.get(type(equation), list)(states)
