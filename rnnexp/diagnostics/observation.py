"""Observes the recurrent layers of a model on one batch, as tensors."""

import threading
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from rnnexp.diagnostics.batch import Batch
from rnnexp.diagnostics.loss import TracedLoss
from rnnexp.diagnostics.one_step import one_step, step_and_deltas
from rnnexp.diagnostics.recurrent import weights_of, zoneout_of
from rnnexp.diagnostics.taps import tapped

# An observed model contains taps, which belong to one observer.
_ONE_AT_A_TIME = threading.RLock()

MATRICES = ("kernel", "recurrent_kernel", "bias")
# The arrays of one pass of a layer, by name, in the order in which the layer runs over time: x, the
# states, the neurons' outputs, the derived gates and the gradients (B, T, …); mask (B, T) if there
# is one; the initial states, such as h_0 (B, M); kernel, recurrent_kernel and bias as in `Weights`,
# unless they are None; and the vectors of the equation.
Observation = dict[str, Any]


class Asked(NamedTuple):
    """A request for an observation.

    Attributes:
        model: A Keras model.
        layers: The model's recurrent layers by name.
        batch: The batch. If its y is None, no gradients are computed.
        loss: The loss of the batch.
        jit_compile: Whether XLA compiles the layers' loops; see `compiled` of the engine's `run`.
    """

    model: Any
    layers: Mapping[str, Any]
    batch: Batch
    loss: TracedLoss
    jit_compile: bool


def in_numpy(observation: Observation) -> Observation:
    """Converts an observation to NumPy arrays, which share memory with the tensors if possible."""
    return {name: _numpy(tensor) for name, tensor in observation.items()}


def _numpy(tensor):
    """Converts float16 and bfloat16, for which NetCDF has no type, to float32."""
    array = np.asarray(tensor)
    return array if array.dtype in ("bool", "float64") else array.astype("float32", copy=False)


def observe(asked: Asked, weights) -> dict[str, tuple[Any, Observation]]:
    """Runs the model on the batch and observes its recurrent layers.

    Args:
        asked: The request.
        weights: (variable, value) for the variables of the model; the run uses these values.

    Returns:
        For each name in the trace, the recurrent layer and the observation of a pass.

    Raises:
        ValueError: A layer runs in a graph whose values are not accessible.
    """
    model, layers, batch, loss, jit_compile = asked
    tape = None if batch.y is None else tf.GradientTape(watch_accessed_variables=False)
    # What Keras would assign (states, seeds, metrics) goes to the scope and is discarded.
    scope = keras.StatelessScope(weights, collect_losses=True)
    d_taps = {}
    with _ONE_AT_A_TIME, tapped(layers, tape, jit_compile) as loops, scope:
        if tape is None:
            _predict(model, batch.x)
        else:
            with tape:
                value = loss(_predict(model, batch.x))
        _check_visible(loops)
        if tape is not None:
            taps = {name: [p.taps for p in loop.passes] for name, loop in loops.items()}
            d_taps = tape.gradient(value, taps, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        found = {}
        for name, loop in loops.items():
            for i, passed in enumerate(loop.passes):
                own_name = name if len(loop.passes) == 1 else f"{name}/{i + 1}"
                d_states = d_taps[name][i] if d_taps else None
                found[own_name] = loop.layer, _observation(loop, passed, d_states)
    return found


def _predict(model, x):
    return model(x, training=False) if model._call_has_training_arg else model(x)


def _check_visible(loops):
    """Raises ValueError if the tensors of a layer belong to another graph than the current one."""
    here = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
    hidden = [
        name
        for name, loop in loops.items()
        for h in (passed.states[0] for passed in loop.passes)
        if (None if hasattr(h, "numpy") else h.graph) is not here
    ]
    if not any(loop.passes for loop in loops.values()):
        hidden = list(loops)  # an existing graph does not call Python code
    if hidden:
        raise ValueError(
            f"the recurrent layer {hidden[0]!r} runs inside a tf.function of the model's own code, "
            "where its values are not accessible; call tf.config.run_functions_eagerly(True) "
            "before the trace"
        )


def _observation(loop, passed, d_states) -> Observation:
    """Returns the observation of a pass. d_states: the gradients, S of (B, T, M), or None."""
    equation, weights = loop.equation, weights_of(loop.layer)
    shape = tf.shape(passed.x)
    B, T = shape[0], shape[1]

    def rows(a):
        return tf.reshape(a, [B * T, a.shape[-1]])

    def timesteps(a):
        return tf.reshape(a, [B, T, a.shape[-1]])

    before = [
        rows(tf.concat([initial[:, None], after[:, :-1]], 1))
        for initial, after in zip(passed.initial, passed.states, strict=True)
    ]
    names = [neuron.name for neuron in equation.neurons]
    arrays = {"x": passed.x, **dict(zip(equation.states, passed.states, strict=True))}
    if d_states is None:
        found = one_step(equation, weights, rows(passed.x), before)
    else:
        arrays |= {f"d_{name}": d for name, d in zip(equation.states, d_states, strict=True)}
        reaching = d_states
        if passed.mask is not None:
            reaching = [tf.where(passed.mask[..., None], d, tf.zeros_like(d)) for d in d_states]
        reaching = [(1 - p) * d for p, d in zip(zoneout_of(loop.layer), reaching, strict=True)]
        found, deltas, d_x = step_and_deltas(
            equation, weights, rows(passed.x), before, list(map(rows, reaching))
        )
        arrays |= {f"delta_{name}": timesteps(d) for name, d in zip(names, deltas, strict=True)}
        arrays["d_x"] = timesteps(d_x)
    outputs = dict(zip(names, found.outputs, strict=True))
    shown = outputs | _derived_gates(equation, outputs, before, found.states)
    arrays |= {name: timesteps(o) for name, o in shown.items()}
    arrays |= {f"{name}_0": s for name, s in zip(equation.states, passed.initial, strict=True)}
    if passed.mask is not None:
        arrays["mask"] = passed.mask
    return arrays | _weights(equation, weights)


def _derived_gates(equation, outputs, before, after) -> dict[str, Any]:
    """Returns the gates (R, M) that are not the output of a neuron, by name."""
    neurons, before, after = (
        SimpleNamespace(**values)
        for values in (
            outputs,
            dict(zip(equation.states, before, strict=True)),
            dict(zip(equation.states, after, strict=True)),
        )
    )
    return {
        gate.name: gate.value(neurons, before, after)
        for gate in equation.gates
        if gate.value is not None
    }


def _weights(equation, weights) -> dict[str, Any]:
    """Returns the weights of a layer by name, without those that are None."""
    matrices = dict(zip(MATRICES, weights[:3], strict=True))
    vectors = [vector.name for vector in equation.vectors]
    named = matrices | dict(zip(vectors, weights.vectors, strict=True))
    return {name: weight for name, weight in named.items() if weight is not None}
