"""Calls `step` on symbols, and checks its arguments, its errors and its result."""

import inspect

from keras import KerasTensor

from rnnexp.equations import Equation, StepNeuron

_EXPECTED = (
    "expected keras.ops and arithmetic alone: every neuron called, as in z(h); ops.where for an "
    "`if` on a tensor; no function of TensorFlow or NumPy; no assignment to a part of a tensor"
)


class StepError(ValueError):
    """`step` does not do what the contract of `Equation` says."""


def call_step(equation: Equation, neurons, states, vectors) -> tuple:
    """Returns the next states, one for each state.

    Raises:
        StepError: `step` takes another number of arguments, fails on symbols, or does not return
            one (B, M) for each state.
    """
    name = type(equation).__name__
    _check_arguments(equation)
    try:
        following = equation.step(*neurons, *states, *vectors)
    except StepError:
        raise
    except (TypeError, ValueError) as error:
        said = str(error).split("\n")[0].split(". ")[0].rstrip(".")
        if neurons and type(neurons[0]).__name__ in said:
            said = "it computes with a neuron that is not called"
        raise StepError(f"step of {name} fails: {said}; {_EXPECTED}") from error
    if isinstance(following, list):
        raise StepError(f"step of {name} returns a list; expected a tuple of the next states")
    following = following if isinstance(following, tuple) else (following,)
    _check_states(name, equation.states, following, states[0].shape)
    return following


def gate_value(equation: Equation, gate, *arguments) -> KerasTensor:
    """Returns the value of a derived gate, (1, M).

    Raises:
        StepError: `gate.value` fails on symbols or gives something else.
    """
    name = f"the value of the gate {gate.name!r} of {type(equation).__name__}"
    try:
        value = gate.value(*arguments)
    except (AttributeError, TypeError, ValueError) as error:
        raise StepError(
            f"{name} fails: {error}; expected a function of (neurons, before, after): the outputs "
            f"of the neurons and the states ({', '.join(equation.states)}) before and after the "
            "step, each an attribute by name"
        ) from error
    found = described(value, next(iter(vars(arguments[1]).values())).shape)
    if found is not None:
        raise StepError(f"{name} has {found}; expected (B, M)")
    return value


def described(value, shape) -> str | None:
    """Describes a value that is not a tensor of this shape (1, M); returns None if it is one."""
    if isinstance(value, StepNeuron):
        return "type neuron, which is not called"
    if isinstance(value, KerasTensor):
        same = tuple(value.shape) == tuple(shape)
        return None if same else f"shape {tuple(value.shape)} for B = 1 and M = {shape[-1]}"
    found = getattr(value, "shape", None)
    return f"type {type(value).__name__}" if found is None else f"shape {tuple(found)}"


def _check_arguments(equation: Equation) -> None:
    neurons = [neuron.name for neuron in equation.neurons]
    names = [*neurons, *equation.states, *(vector.name for vector in equation.vectors)]
    try:
        inspect.signature(equation.step).bind(*names)
    except TypeError as error:
        raise StepError(
            f"step of {type(equation).__name__} cannot take its arguments ({error}); expected "
            f"step(self, {', '.join(names)}): the neurons, the states, the vectors"
        ) from None


def _check_states(name, states, following, shape) -> None:
    if len(following) != len(states):
        raise StepError(
            f"step of {name} returns {len(following)} states; expected {len(states)}: "
            f"{', '.join(states)}"
        )
    for state, value in zip(states, following, strict=True):
        found = described(value, shape)
        if found is None and value.dtype in ("bool", "int32", "int64"):
            found = f"dtype {value.dtype}"
        if found is not None:
            raise StepError(f"step of {name} returns a state {state} of {found}; expected (B, M)")
