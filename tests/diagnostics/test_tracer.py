"""A `Tracer` gives what `trace` gives, as often as it is asked."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import Tracer
from tests.diagnostics.models import MODELS, B, D, M, T, batch, compiled
from tests.units import EVERY_UNIT

EVERY_MODEL = pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)


def check_same(one, other):
    assert list(one) == list(other)
    for name, dataset in one.items():
        assert dataset.attrs == other[name].attrs
        assert list(dataset.variables) == list(other[name].variables)
        for variable in dataset.variables:
            values, same = dataset[variable].values, other[name][variable].values
            if values.dtype.kind == "f":
                np.testing.assert_allclose(values, same, rtol=1e-9, atol=1e-12, err_msg=variable)
            else:
                np.testing.assert_array_equal(values, same)


@EVERY_MODEL
@pytest.mark.parametrize("padded", [False, True], ids=["no mask", "mask"])
def test_it_gives_the_trace(make, padded):
    model, (x, y) = make(), batch(padded=padded)
    check_same(Tracer(model)(x, y), rnnexp.trace(model, x, y))


@EVERY_UNIT
def test_so_it_does_for_every_unit_that_goes_backwards(unit):
    model, (x, y) = compiled(unit.layer(M, go_backwards=True)), batch()
    check_same(Tracer(model)(x, y), rnnexp.trace(model, x, y))


@pytest.fixture
def graphs():
    tf.config.run_functions_eagerly(False)


def test_its_graph_follows_weights_batches_and_targets(graphs):
    model, (x, y) = compiled(layers.GRU(M, name="unit")), batch(padded=True)
    tracer = Tracer(model)
    for change in (1.0, 0.5, -1.0):
        model.set_weights([change * w for w in model.get_weights()])
        check_same(tracer(x, y), rnnexp.trace(model, x, y))
    check_same(tracer(x[:2], y[:2]), rnnexp.trace(model, x[:2], y[:2]))
    check_same(tracer(x), rnnexp.trace(model, x))
    check_same(tracer(x, y), rnnexp.trace(model, x, y))


def test_what_is_observed_at_several_steps_is_labelled_at_leisure(graphs):
    model, (x, y) = compiled(layers.LSTM(M, name="unit")), batch()
    tracer, observed, traces = Tracer(model), {}, {}
    for step in (0, 7):
        model.set_weights([w + step / 10 for w in model.get_weights()])
        observed[step] = tracer.observe(x, y)
        traces[step] = rnnexp.trace(model, x, y)["unit"]
    found = tracer.label(observed)["unit"]
    assert found["step"].values.tolist() == [0, 7]
    for step, expected in traces.items():
        for name, array in expected.data_vars.items():
            at_step = found[name].sel(step=step)
            np.testing.assert_allclose(at_step, array, rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_given_loss_is_that_of_trace(graphs):
    model, (x, y) = MODELS[0](), batch()
    found = Tracer(model, "mean_absolute_error")(x, y)
    check_same(found, rnnexp.trace(model, x, y, "mean_absolute_error"))
    assert not found["low"].equals(rnnexp.trace(model, x, y)["low"])


def test_a_model_that_is_compiled_anew_has_its_new_loss(graphs):
    model, (x, y) = MODELS[0](), batch()
    tracer = Tracer(model)
    before = tracer(x, y)
    model.compile("sgd", "mean_absolute_error")
    check_same(tracer(x, y), rnnexp.trace(model, x, y))
    assert not before["low"].equals(tracer(x, y)["low"])


class Eager(keras.Model):
    """Looks at the values of its input, which only an eager call has."""

    def __init__(self):
        super().__init__()
        self.unit = layers.GRU(M, name="unit")
        self.top = keras.layers.Dense(1)

    def call(self, x):
        if tf.executing_eagerly():
            assert np.isfinite(x.numpy()).all()
        else:
            raise NotImplementedError("there are no values in a graph")
        return self.top(self.unit(x))


def test_a_model_that_runs_eagerly_is_traced_eagerly(graphs):
    model, (x, y) = Eager(), batch()
    model(tf.constant(x))
    model.compile("sgd", "mean_squared_error", run_eagerly=True)
    check_same(Tracer(model)(x, y), rnnexp.trace(model, x, y))


class InItsOwnGraph(keras.Model):
    """Calls its recurrent layer in a tf.function of its own."""

    def __init__(self):
        super().__init__()
        self.unit = layers.SimpleRNN(M, name="unit")
        self.top = keras.layers.Dense(1)

    @tf.function
    def hidden(self, x):
        return self.unit(x)

    def call(self, x):
        return self.top(self.hidden(x))


@pytest.mark.parametrize("called", [False, True], ids=["first call", "called before"])
def test_a_layer_in_a_graph_of_the_models_own_is_refused_and_seen_without_it(called, graphs):
    model, (x, y) = InItsOwnGraph(), batch()
    model.unit.build((B, T, D))
    if called:
        model(tf.constant(x))  # from now on that graph calls no Python
    for look in (Tracer(model, "mse"), lambda x, y: rnnexp.trace(model, x, y, "mse")):
        with pytest.raises(ValueError, match=r"'unit'.*of the model's own.*run_functions_eagerly"):
            look(x, y)
    tf.config.run_functions_eagerly(True)
    found = Tracer(model, "mse")(x, y)
    same = keras.Sequential([keras.Input((T, D)), model.unit, model.top])
    check_same(found, rnnexp.trace(same, x, y, "mse"))


def test_what_trace_refuses_it_refuses():
    x, y = batch()
    with pytest.raises(ValueError, match="no recurrent layer"):
        Tracer(keras.Sequential([keras.Input((T, D)), keras.layers.Dense(1)]))
    with pytest.raises(ValueError, match="no weights yet"):
        Tracer(keras.Sequential([layers.GRU(M)]))
    model = keras.Sequential([keras.Input((T, D)), layers.GRU(M), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="no compiled loss"):
        Tracer(model)(x, y)
    with pytest.raises(ValueError, match="give y too"):
        Tracer(model, "mse")(x)
