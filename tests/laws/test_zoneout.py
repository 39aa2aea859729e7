"""Law: with zoneout p, a timestep keeps each entry of a state with the probability p."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import retained, step_jacobians, weight_terms
from rnnexp.engine.run import run
from rnnexp.engine.timestep import one_timestep
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY, normal, randomise

B, T, D, M = 3, 5, 2, 4
MASK = np.arange(T) < np.array([[T], [2], [4]])


def built(unit, **arguments):
    layer = unit.layer(M, dtype="float64", return_sequences=True, **arguments)
    layer.build((B, T, D))
    return randomise(layer, np.random.default_rng(1))


def given(unit):
    rng = np.random.default_rng(2)
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    return x, [tf.constant(s) for s in unit.states_like(rng, B, M, "float64")]


def by_hand(layer, x, states, shares, mask=None):
    """The first state after every timestep, and the last states: a loop in Python."""
    cell, outputs = layer.cell, []
    for t in range(T):
        following = one_timestep(cell.equation, cell.step_weights(), x[:, t], tuple(states))
        mixed = [
            new if share is None else share[:, t] * old + (1 - share[:, t]) * new
            for share, new, old in zip(shares, following, states, strict=True)
        ]
        if mask is not None:
            pairs = zip(mixed, states, strict=True)
            mixed = [tf.where(mask[:, t, None], new, old) for new, old in pairs]
        states = mixed
        outputs.append(states[0])
    return tf.stack(outputs, 1), states


def gradients(function, layer, x, states):
    watched = [x, *states, *(w.value for w in layer.trainable_variables)]
    with tf.GradientTape() as tape:
        tape.watch(watched)
        h, final = function()
        loss = tf.reduce_sum(tf.sin(h)) + sum(tf.reduce_sum(s**2) for s in final[1:])
    found = tape.gradient(loss, watched, unconnected_gradients="zero")
    return [h, *final, *found]


@EVERY_UNIT_SLOWLY
@pytest.mark.parametrize("kind", ["drawn", "expected"])
@pytest.mark.parametrize("compiled", [False, True])
def test_the_engine_equals_a_loop_with_the_same_shares(unit, kind, compiled):
    """In states and all gradients, with masks; a state is left out if there are several."""
    layer = built(unit)
    x, states = given(unit)
    rng = np.random.default_rng(3)
    shape = (B, T, M)
    drawn = rng.random(shape) < 0.4 if kind == "drawn" else np.full(shape, 0.3)
    shares = [tf.constant(drawn.astype("float64")) for _ in states]
    if len(shares) > 2:
        shares[1] = None
    cell = layer.cell

    def ours():
        weights = cell.step_weights()
        (h,), final = run(
            cell.equation,
            weights,
            x,
            tuple(states),
            mask=tf.constant(MASK),
            zoneout=tuple(shares),
            sequences=(0,),
            compiled=compiled,
        )
        return h, final

    found = gradients(ours, layer, x, states)
    expected = gradients(lambda: by_hand(layer, x, states, shares, MASK), layer, x, states)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-10)


@EVERY_UNIT
@uncompiled()
def test_in_prediction_it_is_the_expectation(unit):
    """In the layer and in Keras's loop around the cell."""
    layer = built(unit, zoneout=0.25)
    x, states = given(unit)
    shares = [np.full((B, T, M), 0.25)] * len(states)
    expected, _ = by_hand(layer, x, states, shares)
    np.testing.assert_allclose(layer(x, initial_state=states), expected, rtol=1e-10)
    loop = unit.loop(M, dtype="float64", return_sequences=True, zoneout=0.25)
    loop.build((B, T, D))
    loop.set_weights(layer.get_weights())
    np.testing.assert_allclose(loop(x, initial_state=states), expected, rtol=1e-10)


@EVERY_UNIT
@uncompiled()
def test_one_copies_the_state_and_zero_changes_nothing(unit):
    x, states = given(unit)
    frozen = built(unit, zoneout=1)
    for training in (True, False):
        h = frozen(x, initial_state=states, training=training)
        np.testing.assert_array_equal(h, tf.repeat(states[0][:, None], T, 1))
    none, plain = built(unit, zoneout=0.0), built(unit)
    for training in (True, False):
        np.testing.assert_array_equal(none(x, training=training), plain(x, training=training))


@uncompiled()
def test_a_long_sequence_of_a_unit_that_runs_in_blocks():
    """Zoneout is computed in the loop, as without blocks."""
    layer = layers.MinGRU(M, zoneout=0.25, return_sequences=True, dtype="float64")
    x = normal(np.random.default_rng(11), B, 100, D, dtype="float64")
    h = layer(x).numpy()
    plain = keras.layers.RNN(layer.cell, return_sequences=True, dtype="float64")
    np.testing.assert_allclose(h, plain(x), rtol=1e-9)
    layer.parallel = False
    np.testing.assert_array_equal(layer(x), h)


def test_the_mean_of_many_draws_is_the_prediction():
    """Of a unit without a nonlinearity: E[h_t] then follows from E[h_{t-1}]."""
    layer = layers.SimpleRNN(M, activation="linear", zoneout=0.3, seed=4, return_sequences=True)
    x = np.repeat(normal(np.random.default_rng(5), 1, T, D), 20000, axis=0)
    drawn, expected = layer(x, training=True).numpy(), layer(x[:1])[0]
    error = drawn.std(axis=0) / np.sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - expected) < 5 * error + 1e-6).all()


def test_each_timestep_has_its_own_draw_and_each_state_its_own_probability():
    layer = layers.LSTM(200, zoneout={"c": 0.5}, seed=6)
    h, c = layer.cell.zoneout_shares((50, T, 200), training=True)
    assert h is None
    kept = c.numpy()
    assert set(np.unique(kept)) == {0, 1}
    np.testing.assert_allclose(kept.mean(axis=(0, 2)), 0.5, atol=0.03)
    np.testing.assert_allclose((kept[:, 1:] == kept[:, :-1]).mean(), 0.5, atol=0.03)
    again = layers.LSTM(200, zoneout={"c": 0.5}, seed=6).cell.zoneout_shares((50, T, 200), True)
    np.testing.assert_array_equal(again[1], kept)


@pytest.mark.parametrize("compiled", [True, False])
def test_a_model_fits_and_predicts_sequences_of_any_length(compiled):
    layer = layers.GRU(M, zoneout=0.2)
    layer.jit_compile = compiled
    inside = [keras.Input((None, D)), keras.layers.Masking(), layer, keras.layers.Dense(1)]
    model = keras.Sequential(inside)
    model.compile("sgd", "mse")
    rng = np.random.default_rng(7)
    for length in (T, 2 * T):
        x = normal(rng, 8, length, D)
        model.fit(x, normal(rng, 8, 1), verbose=0)
        with uncompiled():
            np.testing.assert_allclose(model.predict(x, verbose=0), model(x), rtol=1e-4, atol=1e-6)


@EVERY_UNIT_SLOWLY
def test_a_trace_shows_what_zoneout_keeps(unit):
    """Its states, gradients, weight terms and retention are those of the prediction."""
    rates = [0.2 + 0.1 * j for j in range(unit.states)]
    by_state = dict(zip(unit.equation.states, rates, strict=True))
    arguments = {"dtype": "float64", "name": "unit"}
    layer = unit.layer(M, zoneout=by_state, **arguments)
    model = keras.Sequential([keras.Input((T, D)), layer, keras.layers.Dense(1, dtype="float64")])
    randomise(model, np.random.default_rng(8))
    model.compile("sgd", "mse")
    rng = np.random.default_rng(9)
    x, y = normal(rng, B, T, D, dtype="float64"), normal(rng, B, 1, dtype="float64")
    seen = rnnexp.trace(model, x, y)["unit"]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    expected = tape.gradient(loss, layer.cell.kernel.value)
    found = weight_terms(seen)["W_x"].sum("time").transpose("feature", "neuron", "unit").values
    if found.size == expected.shape.num_elements():  # no neuron shares its weights
        np.testing.assert_allclose(found.reshape(D, -1), expected, rtol=1e-5, atol=1e-8)
    assert json.loads(seen.attrs["zoneout"]) == pytest.approx(rates)
    plain = seen.assign_attrs(zoneout=json.dumps([0.0] * unit.states))
    p = rates[unit.equation.memory_index]
    rho = retained(plain)["retention"].values
    np.testing.assert_allclose(retained(seen)["retention"], p + (1 - p) * rho, rtol=1e-9)
    J, J0 = (step_jacobians(each)["jacobian"].values for each in (seen, plain))
    P = np.repeat(rates, M)
    np.testing.assert_allclose(J, np.diag(P) + (1 - P)[:, None] * J0, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("zoneout", "said"),
    [
        (1.5, r"zoneout is 1\.5; expected a probability, 0 to 1"),
        (True, "zoneout is True"),
        ("half", "zoneout is 'half'"),
        ({"cc": 0.5}, "key 'cc'; did you mean 'c'.*a state of LSTM: h, c"),
        ({"c": -1}, r"zoneout\['c'\] is -1"),
    ],
)
def test_what_is_wrong_is_refused(zoneout, said):
    with pytest.raises(ValueError, match=said):
        layers.LSTM(M, zoneout=zoneout)


@pytest.mark.parametrize("zoneout", [0.1, {"h": 0.05, "c": 0.5}])
def test_it_is_saved_and_has_no_counterpart_elsewhere(zoneout, tmp_path):
    layer = layers.LSTM(M, zoneout=zoneout, name="lstm")
    model = keras.Sequential([keras.Input((T, D)), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").layers[0]
    assert loaded.get_config()["zoneout"] == zoneout
    for convert in (rnnexp.to_keras, lambda layer: rnnexp.to_torch([layer])):
        with pytest.raises(ValueError, match="'lstm' has zoneout="):
            convert(layer)
