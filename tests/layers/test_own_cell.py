"""What a subclass of a cell changes is what its layer, Keras's loop and a trace compute."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp.layers import GRU, MGU, GRUCell, MGUCell
from tests.plain_loop import loop
from tests.units import Unit, arrays, normal, randomise, stored

B, T, D, M = 3, 5, 2, 4


def gained(kind):
    """A cell with a weight of its own, which multiplies the recurrent kernel."""

    class Gained(kind):
        """The cell with a gain."""

        def build(self, input_shape):
            super().build(input_shape)
            self.gain = self.add_weight(shape=(1,), name="gain", initializer="ones")

        def step_weights(self):
            weights = super().step_weights()
            return weights._replace(recurrent_kernel=self.gain * weights.recurrent_kernel)

    return Gained


class GainedGRUCell(gained(GRUCell)):
    """A GRU's."""


class GainedGRU(GRU):
    """A GRU with a gain."""

    cell_class = GainedGRUCell


class GainedMGUCell(gained(MGUCell)):
    """A generated unit's."""


class GainedMGU(MGU):
    """An MGU with a gain."""

    cell_class = GainedMGUCell


EVERY_GAINED = pytest.mark.parametrize("unit", [Unit(GainedGRU), Unit(GainedMGU)], ids=str)


def built(unit, rng, **arguments):
    layer = unit.layer(M, return_sequences=True, **arguments)
    layer.build((B, T, D))
    return randomise(layer, rng)


@EVERY_GAINED
def test_a_layer_has_the_weights_that_its_cells_build_makes(unit):
    layer = built(unit, np.random.default_rng(1))
    assert [w.name for w in layer.weights] == ["kernel", "recurrent_kernel", "bias", "gain"]


@EVERY_GAINED
@pytest.mark.parametrize("jit_compile", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_layer_and_loop_compute_and_differentiate_with_its_step_weights(unit, jit_compile):
    rng = np.random.default_rng(2)
    layer, around = built(unit, rng), unit.loop(M, return_sequences=True)
    layer.jit_compile = jit_compile
    around.build((B, T, D))
    around.set_weights(layer.get_weights())
    x = tf.constant(normal(rng, B, T, D))
    weights = stored(layer)
    multiplied = {**weights, "recurrent_kernel": weights["recurrent_kernel"] * weights["gain"]}
    start = layer.cell.get_initial_state(B)
    states = loop(layer.cell.equation, multiplied, x, start).states
    expected = tf.stack([h for (h,) in states], axis=1)
    assert np.abs(layer.cell.gain - 1) > 0.05
    for made in (layer, around):
        with tf.GradientTape() as tape:
            h = made(x)
            loss = tf.reduce_sum(h * h)
        np.testing.assert_allclose(h, expected, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(made(x), expected, rtol=1e-5, atol=1e-6)
        (slope,) = tape.gradient(loss, [stored(made)["gain"]])
        assert np.any(slope)


@EVERY_GAINED
def test_a_trace_sees_its_step_weights(unit):
    rng = np.random.default_rng(3)
    layer = unit.layer(M, return_sequences=True, name="unit")
    model = keras.Sequential([keras.Input((T, D)), layer, keras.layers.Dense(1)])
    randomise(model, rng)
    x, y = normal(rng, B, T, D), normal(rng, B, T, 1)
    seen = rnnexp.trace(model, x, y, "mean_squared_error")["unit"]
    np.testing.assert_allclose(seen["h"], layer(x), rtol=1e-5, atol=1e-6)


@EVERY_GAINED
def test_it_is_saved_with_its_cell(unit, tmp_path):
    rng = np.random.default_rng(4)
    model = keras.Sequential([keras.Input((T, D)), unit.layer(M)])
    randomise(model, rng)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded.layers[0].cell) is unit.layer_class.cell_class
    x = normal(rng, B, T, D)
    np.testing.assert_array_equal(loaded(x), model(x))


@pytest.mark.parametrize("units", [1, 2, 3, 4])
def test_every_neuron_has_columns_of_its_own(units):
    """For every number of units, features and batch: two neurons never read one kernel."""
    for features in (1, units, 2 * units):
        layer = MGU(units)
        layer.build((units, T, features))
        shapes = {name: w.shape for name, w in arrays(layer).items()}
        assert shapes == {
            "kernel": (features, 2 * units),
            "recurrent_kernel": (units, 2 * units),
            "bias": (2 * units,),
        }
        x = tf.ones((units, T, features))
        with tf.GradientTape() as tape:
            h = layer(x)
            loss = tf.reduce_sum(h[:, 0])
        slope = tape.gradient(loss, layer.cell.kernel.value).numpy()
        assert not np.allclose(slope[:, :units], slope[:, units:])


def test_a_kernel_of_too_few_columns_is_refused():
    """As of a cell whose own `build` makes one for one neuron: parts of it would broadcast."""

    class Narrow(MGUCell):
        """One kernel for two neurons."""

        def build(self, input_shape):
            super().build(input_shape)
            self.kernel = self.add_weight(shape=(D, M), name="kernel")

    class NarrowMGU(MGU):
        """Its layer."""

        cell_class = Narrow

    layer = NarrowMGU(M)
    with pytest.raises(ValueError, match="kernel has 4 columns; expected 8: 2 blocks of 4 units"):
        layer(np.zeros((B, T, D), "float32"))
