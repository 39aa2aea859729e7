"""What one batch shows of a model's recurrent layers, as tensors."""

import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from rnnexp.diagnostics.batch import Batch
from rnnexp.diagnostics.loss import TracedLoss
from rnnexp.diagnostics.one_step import one_step, step_and_deltas
from rnnexp.diagnostics.probe import probing
from rnnexp.diagnostics.recurrent import weights_of

# A model that is observed has probes in it, which know of one observer alone.
_ONE_AT_A_TIME = threading.RLock()

WEIGHTS = ("kernel", "recurrent_kernel", "bias")
# The arrays of one pass of one layer, by name, in the order in which the layer goes over time:
# x, the states, each neuron, gradients (B, T, …); mask (B, T) if there is one; h_0, c_0 (B, M);
# kernel, recurrent_kernel and, if there is one, bias as Keras arranges them.
Observation = dict[str, Any]


class Asked(NamedTuple):
    """What is to be observed.

    layers: the model's recurrent layers by name. batch: its y None for no gradients.
    jit_compile: the layers' loops, as `engine.run` takes it.
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
    """By name: a recurrent layer, and what a pass of it shows.

    weights: (variable, value) for the variables of the model, which has these values here.
    """
    model, layers, batch, loss, jit_compile = asked
    tape = None if batch.y is None else tf.GradientTape(watch_accessed_variables=False)
    # Everything that Keras would assign (states, seeds, metrics) goes to the scope and is dropped.
    scope = keras.StatelessScope(weights, collect_losses=True)
    d_taps = {}
    with _ONE_AT_A_TIME, probing(layers, tape, jit_compile) as probes, scope:
        if tape is None:
            _predict(model, batch.x)
        else:
            with tape:
                value = loss(_predict(model, batch.x))
        _check_visible(probes)
        if tape is not None:
            taps = {name: [p.taps for p in probe.passes] for name, probe in probes.items()}
            d_taps = tape.gradient(value, taps, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        found = {}
        for name, probe in probes.items():
            for i, passed in enumerate(probe.passes):
                own_name = name if len(probe.passes) == 1 else f"{name}/{i + 1}"
                d_states = d_taps[name][i] if d_taps else None
                found[own_name] = probe.layer, _observation(probe, passed, d_states)
    return found


def _predict(model, x):
    return model(x, training=False) if model._call_has_training_arg else model(x)


def _check_visible(probes):
    """Raise ValueError for a layer whose tensors are of another graph than the one being built."""
    here = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
    hidden = [
        name
        for name, probe in probes.items()
        for h in (passed.states[0] for passed in probe.passes)
        if (None if hasattr(h, "numpy") else h.graph) is not here
    ]
    if not any(probe.passes for probe in probes.values()):
        hidden = list(probes)  # a graph that was made before calls no Python
    if hidden:
        raise ValueError(
            f"the recurrent layer {hidden[0]!r} runs inside a tf.function of the model's own, "
            "where no value can be seen; call tf.config.run_functions_eagerly(True) before "
            "the trace"
        )


def _observation(probe, passed, d_states) -> Observation:
    """One pass of one layer; d_states: S of (B, T, M), or None."""
    equation, weights = probe.equation, weights_of(probe.layer)
    shape = tf.shape(passed.x)
    B, T = shape[0], shape[1]

    def rows(a):
        return tf.reshape(a, [B * T, a.shape[-1]])

    def timesteps(a):
        return tf.reshape(a, [B, T, a.shape[-1]])

    before = [
        tf.concat([initial[:, None], after[:, :-1]], 1)
        for initial, after in zip(passed.initial, passed.states, strict=True)
    ]
    flat = equation, weights, rows(passed.x), [rows(s) for s in before]
    names = [neuron.name for neuron in equation.neurons]
    arrays = {"x": passed.x, **dict(zip(equation.states, passed.states, strict=True))}
    if d_states is None:
        _, outputs = one_step(*flat)
    else:
        arrays |= {f"d_{name}": d for name, d in zip(equation.states, d_states, strict=True)}
        reaching = d_states
        if passed.mask is not None:
            reaching = [tf.where(passed.mask[..., None], d, tf.zeros_like(d)) for d in d_states]
        outputs, deltas = step_and_deltas(*flat, [rows(d) for d in reaching])
        arrays |= {f"delta_{name}": timesteps(d) for name, d in zip(names, deltas, strict=True)}
        arrays["d_x"] = timesteps(tf.matmul(tf.concat(deltas, 1), weights[0], transpose_b=True))
    arrays |= {name: timesteps(o) for name, o in zip(names, outputs, strict=True)}
    arrays |= {f"{name}_0": s for name, s in zip(equation.states, passed.initial, strict=True)}
    kept = {"mask": passed.mask, **dict(zip(WEIGHTS, weights, strict=True))}
    return arrays | {name: array for name, array in kept.items() if array is not None}
