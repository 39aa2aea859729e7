"""`trace`: one probe batch through a model, and everything its recurrent layers show of it."""

import keras
import tensorflow as tf
from keras import ops, tree

from rnnexp.diagnostics.labelled import labelled
from rnnexp.diagnostics.loss import check_loss, loss_of
from rnnexp.diagnostics.one_step import one_step, step_and_deltas
from rnnexp.diagnostics.probe import probing
from rnnexp.diagnostics.recurrent import recurrent_layers, weights_of
from rnnexp.diagnostics.trace import Trace


def trace(model, x, y=None, loss=None) -> Trace:
    """States, neurons and gradients of every recurrent layer of a Keras model, as it predicts.

    model: any built Keras model with SimpleRNN, GRU or LSTM layers, of rnnexp or keras.layers.
    x: what the model takes, a batch of it. y: the targets; without them there are no gradients.
    loss: name of a loss, a `keras.losses.Loss`, or a function of (y, prediction); the compiled
        loss, with what the layers add to it, if None. The mean over the batch, as Keras takes it.
    The model stays as it is: weights, states of stateful layers, metrics, seeds.
    Raises ValueError where the model has no recurrent layer, one of an unknown cell, no weights
    yet, or no loss to take a gradient of.
    """
    layers = recurrent_layers(model)
    _check_built(model, layers)
    check_loss(model, y, loss)
    x = tree.map_structure(ops.convert_to_tensor, x)
    y = None if y is None else tree.map_structure(ops.convert_to_tensor, y)
    tape = None if y is None else tf.GradientTape(watch_accessed_variables=False)
    # Everything that Keras would assign (states, seeds, metrics) goes to the scope and is dropped.
    # The weights are named because the regularizers ask the scope, and nothing else, for them.
    named = [(v, v.value) for v in model.trainable_variables]
    scope = keras.StatelessScope(named, collect_losses=True)
    d_taps = {}
    with probing(layers, tape) as probes, scope:
        if tape is None:
            _predict(model, x)
        else:
            with tape:
                value = loss_of(model, x, y, _predict(model, x), loss)
            taps = {name: [p.taps for p in probe.passes] for name, probe in probes.items()}
            d_taps = tape.gradient(value, taps, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    datasets = {}
    for name, probe in probes.items():
        for i, passed in enumerate(probe.passes):
            own_name = name if len(probe.passes) == 1 else f"{name}/{i + 1}"
            d_states = d_taps[name][i] if d_taps else None
            datasets[own_name] = _dataset(probe, passed, d_states)
    return Trace(datasets)


def _check_built(model, layers):
    unbuilt = [name for name, layer in layers.items() if not layer.built]
    if unbuilt:
        raise ValueError(
            f"{unbuilt} of {model.name!r} have no weights yet; build the model first, by an Input "
            "or by calling it once on a batch"
        )


def _predict(model, x):
    return model(x, training=False) if model._call_has_training_arg else model(x)


def _dataset(probe, passed, d_states):
    """One pass of one layer as a Dataset; d_states: S of (B, T, M), or None."""
    equation, weights = probe.equation, weights_of(probe.layer)
    B, T = passed.x.shape[:2]

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
    return labelled(probe.layer, equation, weights, passed, arrays)
