"""Every trace is of the model as it is now, whatever was traced before."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import Tracer
from tests.diagnostics.models import B, D, M, T, batch
from tests.uncompiled import uncompiled

# The engine says of such activations that they take longer.
pytestmark = pytest.mark.filterwarnings("ignore:the activation")
CLOSE = {"rtol": 1e-7, "atol": 1e-10}


@pytest.fixture(autouse=True)
def _graphs(_uncompiled):
    """After the fixture that makes everything here run op by op: graphs are what may be stale."""
    tf.config.run_functions_eagerly(False)


class Scale:
    """A function with a number in it."""

    def __init__(self):
        self.number = 1.0

    def __call__(self, a):
        return ops.tanh(self.number * a)


def functional(kind, loss="mean_squared_error", scale=None, **settings):
    """A model of one unit; scale: a layer after it."""
    keras.utils.set_random_seed(1)
    sequence = keras.Input((T, D))
    h = kind.GRU(M, return_sequences=True, reset_after=False, name="unit", **settings)(sequence)
    h = keras.layers.GlobalAveragePooling1D()(h if scale is None else scale(h))
    model = keras.Model(sequence, keras.layers.Dense(1)(h))
    model.compile("sgd", loss)
    return model


def weight_in_activation(kind):
    activation = keras.layers.PReLU()
    model = functional(kind, activation=activation)
    return model, lambda: activation.alpha.assign(ops.full_like(activation.alpha, 1.5))


def number_in_activation(kind):
    scale = Scale()
    return functional(kind, activation=scale), lambda: vars(scale).update(number=0.25)


def closure_in_gate(kind):
    numbers = [1.0]
    model = functional(kind, recurrent_activation=lambda a: ops.sigmoid(numbers[0] * a))
    return model, lambda: numbers.__setitem__(0, 4.0)


def number_in_another_layer(kind):
    scale = Scale()
    return functional(kind, scale=keras.layers.Lambda(scale)), lambda: vars(scale).update(number=3)


def number_in_the_loss(kind):
    scale = Scale()

    def loss(y, prediction):
        return scale.number * ops.mean((y - prediction) ** 2, axis=-1)

    return functional(kind, loss), lambda: vars(scale).update(number=5.0)


def another_loss(kind):
    model = functional(kind)
    return model, lambda: model.compile("sgd", "mean_absolute_error")


def another_activation(kind):
    model = functional(kind)
    cell = model.get_layer("unit").cell
    return model, lambda: setattr(cell, "activation", keras.activations.relu)


def another_weight(kind):
    model = functional(kind)
    cell = model.get_layer("unit").cell
    return model, lambda: cell.recurrent_kernel.assign(2 * cell.recurrent_kernel)


def frozen(kind):
    model = functional(kind)
    model.get_layer("unit").cell.kernel.assign_add(ops.ones((D, 3 * M)))

    def change():
        model.get_layer("unit").trainable = False
        model.layers[-1].kernel.assign(3 * model.layers[-1].kernel)

    return model, change


CHANGES = pytest.mark.parametrize(
    "make",
    [
        weight_in_activation,
        number_in_activation,
        closure_in_gate,
        number_in_another_layer,
        number_in_the_loss,
        another_loss,
        another_activation,
        another_weight,
        frozen,
    ],
    ids=lambda make: make.__name__,
)


def loss_of(model, x, y):
    """As plain Keras computes it, op by op."""
    with uncompiled():
        return float(model.compute_loss(x, y, model(x), training=False))


def check_present(found, model, x, y):
    """The states and the gradient of the input, as plain Keras and finite differences have them."""
    with uncompiled():
        h = keras.Model(model.inputs[0], model.get_layer("unit").output)(x)
    np.testing.assert_allclose(found["h"], h, **CLOSE)
    small = 1e-5
    for place in [(0, 0, 0), (B - 1, T - 2, D - 1)]:
        moved = [x.copy(), x.copy()]
        moved[0][place] += small
        moved[1][place] -= small
        above, below = (loss_of(model, m, y) for m in moved)
        np.testing.assert_allclose(found["d_x"][place], (above - below) / (2 * small), rtol=1e-5)


@CHANGES
def test_a_second_trace_shows_what_was_changed_since_the_first(make):
    check_second_trace(*make(layers))


@pytest.mark.parametrize("make", [weight_in_activation, number_in_activation])
def test_so_it_does_of_keras_layers(make):
    check_second_trace(*make(keras.layers))


def check_second_trace(model, change):
    x, y = batch()
    before = rnnexp.trace(model, x, y)["unit"]
    check_present(before, model, x, y)
    change()
    after = rnnexp.trace(model, x, y)["unit"]
    check_present(after, model, x, y)
    assert not after["d_x"].equals(before["d_x"])


@CHANGES
def test_so_does_every_look_of_one_tracer(make):
    check_looks(*make(layers), jit_compile=False)


@pytest.mark.slow
@pytest.mark.parametrize("make", [weight_in_activation, closure_in_gate, another_activation])
def test_so_it_does_where_the_loops_are_compiled(make):
    check_looks(*make(layers), jit_compile=True)


def check_looks(model, change, jit_compile):
    x, y = batch()
    tracer = Tracer(model, x, y, jit_compile=jit_compile)
    snapshots = {0: tracer.snapshot()}
    before = rnnexp.trace(model, x, y)["unit"]
    change()
    snapshots[1] = tracer.snapshot()
    after = rnnexp.trace(model, x, y)["unit"]
    found = tracer.traces(snapshots)["unit"]
    for step, expected in {0: before, 1: after}.items():
        for name in ("h", "d_x", "z"):
            np.testing.assert_allclose(found[name].sel(step=step), expected[name], **CLOSE)
