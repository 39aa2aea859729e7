"""Law: however a model is trained, our layer ends with the weights of its reference."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.units import EVERY_UNIT_VERY_SLOWLY, SIMPLE_RNN, UNITS, each_of, normal, randomise

N, T, D, M = 11, 5, 2, 4  # in batches of 8, so that the last one is smaller and undivided


def models(unit, rng, length=T):
    """Two equal models, ours and one of the reference."""
    pair = []
    for make in (unit.layer, unit.reference):
        layers = [make(M), keras.layers.Dense(1)]
        pair.append(keras.Sequential([keras.Input((length, D)), *layers]))
    *weights, kernel, bias = randomise(pair[0], rng).get_weights()
    pair[1].set_weights([*unit.moved(weights), kernel, bias])
    return pair


def assert_same_weights(unit, ours, theirs):
    found, expected = ours.get_weights(), theirs.get_weights()
    found = [*unit.moved(found[:-2]), *found[-2:]]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


@EVERY_UNIT_VERY_SLOWLY
@pytest.mark.parametrize(
    "how",
    [
        {},
        pytest.param({"jit_compile": True}, marks=pytest.mark.slow),
        pytest.param({"run_eagerly": True}, marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_fit(unit, how):
    rng = np.random.default_rng(101)
    ours, theirs = models(unit, rng)
    before = ours.get_weights()
    x, y = normal(rng, N, T, D), normal(rng, N, 1)
    ours.compile(keras.optimizers.SGD(0.1), "mse", **how)
    ours.layers[0].jit_compile = how.get("jit_compile", "auto")
    theirs.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    losses = [
        model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
        for model in (ours, theirs)
    ]
    np.testing.assert_allclose(*losses, rtol=1e-5)
    assert_same_weights(unit, ours, theirs)
    assert all(np.any(w != old) for w, old in zip(ours.get_weights(), before, strict=True))


@each_of(UNITS, ("GRU-reset_after=True", "SLSTM"))
def test_a_step_compiled_by_xla_from_outside(unit):
    rng = np.random.default_rng(102)
    ours, theirs = models(unit, rng)
    x, y = normal(rng, N, T, D), normal(rng, N, 1)

    def gradients(model):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        return tape.gradient(loss, [w.value for w in model.trainable_variables])

    found = tf.function(gradients, jit_compile=True)(ours)
    for weight, gradient in zip(ours.trainable_variables, found, strict=True):
        weight.assign_sub(gradient)
    for weight, gradient in zip(theirs.trainable_variables, gradients(theirs), strict=True):
        weight.assign_sub(gradient)
    assert_same_weights(unit, ours, theirs)


@EVERY_UNIT_VERY_SLOWLY
@pytest.mark.parametrize("jit_compile", ["auto", pytest.param(True, marks=pytest.mark.slow)])
def test_one_model_takes_sequences_of_every_length(unit, jit_compile):
    """In one graph, with the loss of each length the same as Keras's."""
    rng = np.random.default_rng(103)
    ours, theirs = models(unit, rng, length=None)
    ours.layers[0].jit_compile = jit_compile
    ours.compile(keras.optimizers.SGD(0.1), "mse")
    theirs.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    for length in (3, 1, 16):
        x, y = normal(rng, N, length, D), normal(rng, N, 1)
        losses = [model.train_on_batch(x, y) for model in (ours, theirs)]
        np.testing.assert_allclose(*losses, rtol=1e-5)
    assert_same_weights(unit, ours, theirs)


def test_dropout_draws_anew_at_each_step_of_a_training():
    rng = np.random.default_rng(104)
    layer = SIMPLE_RNN.layer(M, dropout=0.5, recurrent_dropout=0.5, seed=2)
    model = keras.Sequential([keras.Input((T, D)), layer, keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    x, y = normal(rng, N, T, D), normal(rng, N, 1)
    losses = {float(model.train_on_batch(x, y)) for _ in range(4)}
    assert len(losses) > 1
    assert len({float(model.test_on_batch(x, y)) for _ in range(2)}) == 1
