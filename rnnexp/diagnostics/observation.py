"""What one batch shows of a model's recurrent layers, as tensors."""

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
from rnnexp.diagnostics.recurrent import weights_of
from rnnexp.diagnostics.taps import tapped

# A model that is observed has taps in it, which know of one observer alone.
_ONE_AT_A_TIME = threading.RLock()

MATRICES = ("kernel", "recurrent_kernel", "bias")
# The arrays of one pass of one layer, by name, in the order in which the layer goes over time: x,
# the states, the neurons' outputs, the derived gates, gradients (B, T, …); mask (B, T) if there is
# one; where each state starts, h_0 (B, M); kernel, recurrent_kernel and bias as in `Weights`, where
# they are not None, and the equation's own vectors.
Observation = dict[str, Any]


class Asked(NamedTuple):
    """What is to be observed.

    Attributes:
        model: A Keras model.
        layers: The model's recurrent layers by name.
        batch: Its y is None for no gradients.
        loss: Of the batch.
        jit_compile: The layers' loops, as `engine.run` takes it.
    """

    model: Any
    layers: Mapping[str, Any]
    batch: Batch
    loss: TracedLoss
    jit_compile: bool


def in_numpy(observation: Observation) -> Observation:
    """An observation with NumPy arrays for tensors, whose memory they share where they can."""
    return {name: _numpy(tensor) for name, tensor in observation.items()}


def _numpy(tensor):
    """What NetCDF has no type for (float16, bfloat16) as float32."""
    array = np.asarray(tensor)
    return array if array.dtype in ("bool", "float64") else array.astype("float32", copy=False)


def observe(asked: Asked, weights) -> dict[str, tuple[Any, Observation]]:
    """Runs the model on the batch and watches its recurrent layers.

    Args:
        asked: What is to be observed.
        weights: (variable, value) for the variables of the model, which has these values here.

    Returns:
        By name of the trace: a recurrent layer, and what a pass of it shows.

    Raises:
        ValueError: A layer runs in a graph in which no value can be seen.
    """
    model, layers, batch, loss, jit_compile = asked
    tape = None if batch.y is None else tf.GradientTape(watch_accessed_variables=False)
    # Everything that Keras would assign (states, seeds, metrics) goes to the scope and is dropped.
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
    """Raise ValueError for a layer whose tensors are of another graph than the one being built."""
    here = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
    hidden = [
        name
        for name, loop in loops.items()
        for h in (passed.states[0] for passed in loop.passes)
        if (None if hasattr(h, "numpy") else h.graph) is not here
    ]
    if not any(loop.passes for loop in loops.values()):
        hidden = list(loops)  # a graph that was made before calls no Python
    if hidden:
        raise ValueError(
            f"the recurrent layer {hidden[0]!r} runs inside a tf.function of the model's own, "
            "where no value can be seen; call tf.config.run_functions_eagerly(True) before "
            "the trace"
        )


def _observation(loop, passed, d_states) -> Observation:
    """One pass of one layer; d_states: S of (B, T, M), or None."""
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
    """By name, the gates (R, M) that are not the output of a neuron."""
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
    """The weights that there are, by name."""
    matrices = dict(zip(MATRICES, weights[:3], strict=True))
    vectors = [vector.name for vector in equation.vectors]
    named = matrices | dict(zip(vectors, weights.vectors, strict=True))
    return {name: weight for name, weight in named.items() if weight is not None}
