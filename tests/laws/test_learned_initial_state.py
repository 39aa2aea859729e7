"""Law: with `learn_initial_state`, each state starts at a weight, which has its gradient."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY, normal, randomise

B, T, D, M = 3, 4, 2, 3
LEARNED = {"learn_initial_state": True}


def built(layer):
    layer.build((B, T, D))
    return layer


def vectors(layer):
    """The weights at which the states start."""
    cell = layer.cell
    learned = [start.name for start in cell.equation.initial.values() if hasattr(start, "name")]
    return [w for w in cell.weights if w.name.startswith("initial_") or w.name in learned]


def moved(unit, layer):
    """A layer with random weights, and starts that the unit may be in."""
    rng = np.random.default_rng(7)
    randomise(layer, rng)
    for vector, state in zip(vectors(layer), unit.states_like(rng, 1, M, "float64"), strict=True):
        vector.assign(state[0])
    return layer


@EVERY_UNIT
def test_a_new_layer_computes_what_it_computes_without(unit):
    learned, plain = built(unit.layer(M, **LEARNED)), built(unit.layer(M))
    assert len(vectors(learned)) == unit.states
    learned.set_weights([*plain.get_weights(), *(v.numpy() for v in vectors(learned))])
    x = normal(np.random.default_rng(1), B, T, D)
    np.testing.assert_array_equal(learned(x), plain(x))


@EVERY_UNIT
@uncompiled()
def test_it_is_an_initial_state(unit):
    """Also in Keras's loop around the cell."""
    layer = moved(unit, built(unit.layer(M, **LEARNED, dtype="float64")))
    x = normal(np.random.default_rng(2), B, T, D, dtype="float64")
    state = [tf.repeat(v.value[None], B, axis=0) for v in vectors(layer)]
    plain = built(unit.layer(M, dtype="float64"))
    plain.set_weights(layer.get_weights()[: len(plain.weights)])
    expected = plain(x, initial_state=state)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-12)
    loop = built(unit.loop(M, **LEARNED, dtype="float64"))
    loop.set_weights(layer.get_weights())
    np.testing.assert_allclose(loop(x), expected, rtol=1e-12)


@EVERY_UNIT_SLOWLY
def test_its_gradient_is_the_finite_difference(unit):
    layer = moved(unit, built(unit.layer(M, **LEARNED, dtype="float64")))
    x = tf.constant(normal(np.random.default_rng(3), B, T, D, dtype="float64"))
    weights = vectors(layer)

    @tf.function
    def loss():
        return tf.reduce_sum(tf.sin(layer(x)))

    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, [w.value for w in weights], unconnected_gradients="zero")
    small = 1e-6
    for weight, gradient in zip(weights, gradients, strict=True):
        start = weight.numpy()
        for n in range(M):
            both = []
            for change in (small, -small):
                weight.assign(start + change * np.eye(M)[n])
                both.append(loss().numpy())
            weight.assign(start)
            np.testing.assert_allclose(gradient[n], np.subtract(*both) / (2 * small), atol=1e-7)


def test_a_fit_trains_it_and_saves_it(tmp_path):
    model = keras.Sequential([keras.Input((T, D)), layers.LSTM(M, **LEARNED, name="lstm")])
    model.compile("sgd", "mse")
    rng = np.random.default_rng(4)
    x = normal(rng, B, T, D)
    model.fit(x, normal(rng, B, M), verbose=0)
    assert all(v.numpy().any() for v in vectors(model.layers[0]))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))
    seen = rnnexp.trace(model, x)["lstm"]
    np.testing.assert_allclose(seen["c_0"][1], vectors(model.layers[0])[1], rtol=1e-6)


def test_keras_and_pytorch_have_no_such_option():
    layer = built(layers.GRU(M, **LEARNED, reset_after=True))
    for convert in (rnnexp.to_keras, lambda layer: rnnexp.to_torch([layer])):
        with pytest.raises(
            ValueError, match=r"'gru.*has learn_initial_state=True, which is a trai"
        ):
            convert(layer)
