"""A `Tracer` gives what `trace` gives, as often as it is asked."""

import keras
import numpy as np
import pytest
import tensorflow as tf
import xarray

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import (
    Trace,
    Tracer,
    gate_means,
    gate_statistics,
    gradient_norms,
    retained,
    retained_means,
)
from tests.diagnostics.models import MODELS, B, D, M, T, batch, compiled, masking
from tests.units import EVERY_UNIT_VERY_SLOWLY

WAYS = pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "XLA"])
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


def traced(model, *batch_and_loss):
    """The trace that one snapshot of a Tracer gives."""
    tracer = Tracer(model, *batch_and_loss)
    found = tracer.traces({5: tracer.snapshot()})
    return Trace({name: dataset.sel(step=5, drop=True) for name, dataset in found.items()})


@pytest.fixture
def graphs():
    tf.config.run_functions_eagerly(False)


@EVERY_MODEL
@pytest.mark.parametrize("padded", [False, True], ids=["no mask", "mask"])
def test_it_gives_the_trace(make, padded, graphs):
    model, (x, y) = make(), batch(padded=padded)
    check_same(traced(model, x, y), rnnexp.trace(model, x, y))


@EVERY_UNIT_VERY_SLOWLY
def test_so_it_does_for_every_unit_that_goes_backwards(unit, graphs):
    model, (x, y) = compiled(masking(), unit.layer(M, go_backwards=True)), batch(padded=True)
    check_same(traced(model, x, y), rnnexp.trace(model, x, y))


@WAYS
def test_every_look_is_of_the_model_as_it_is_then(jit_compile, graphs):
    model, (x, y) = compiled(masking(), layers.LSTM(M, name="unit")), batch(padded=True)
    tracer, snapshots, traces = Tracer(model, x, y, jit_compile=jit_compile), {}, {}
    for step, change in {0: 1.0, 7: 0.5, 9: -1.0}.items():
        model.set_weights([change * w for w in model.get_weights()])
        snapshots[step] = tracer.snapshot()
        traces[step] = rnnexp.trace(model, x, y)
    found = tracer.traces(snapshots)["unit"]
    assert found["step"].values.tolist() == [0, 7, 9]
    for step, expected in traces.items():
        check_same({"unit": found.sel(step=step, drop=True)}, expected)


@pytest.mark.parametrize(
    "measure", [gate_statistics, gate_means, retained, retained_means, gradient_norms]
)
@pytest.mark.parametrize("kind", [layers.GRU, layers.LayerNormLSTM])
def test_of_several_looks_a_measure_gives_what_it_gives_of_each(kind, measure, graphs):
    unit = kind(M, go_backwards=True, name="unit")
    model, (x, y) = compiled(masking(), unit), batch(padded=True)
    tracer, snapshots = Tracer(model, x, y), {}
    for step, change in {0: 1.0, 8: 1.5}.items():
        model.set_weights([change * w for w in model.get_weights()])
        snapshots[step] = tracer.snapshot()
    dataset = tracer.traces(snapshots)["unit"]
    found = measure(dataset)
    for step in snapshots:
        alone = measure(dataset.sel(step=step, drop=True))
        xarray.testing.assert_allclose(found.sel(step=step, drop=True), alone, rtol=1e-12)


def test_without_targets_there_is_the_forward_part(graphs):
    model, (x, _) = compiled(layers.GRU(M, name="unit")), batch()
    check_same(traced(model, x), rnnexp.trace(model, x))


class Scaled(keras.layers.Layer):
    """Reads a variable that Keras does not know of."""

    def __init__(self):
        super().__init__()
        self.hidden = [tf.Variable(1.0, dtype="float64")]  # a plain one is not tracked

    def call(self, x):
        return x * self.hidden[0]


@WAYS
def test_so_it_is_where_keras_does_not_know_all_variables(jit_compile, graphs):
    scaled, (x, y) = Scaled(), batch()
    model = compiled(scaled, layers.GRU(M, name="unit"))
    tracer = Tracer(model, x, y, jit_compile=jit_compile)
    look, expected = tracer.snapshot(), rnnexp.trace(model, x, y)
    scaled.hidden[0].assign(3.0)
    found = tracer.traces({0: look})["unit"].sel(step=0, drop=True)
    check_same({"unit": found}, expected)
    assert not expected["unit"].equals(rnnexp.trace(model, x, y)["unit"])


def test_a_given_loss_is_that_of_trace(graphs):
    model, (x, y) = MODELS[0](), batch()
    found = traced(model, x, y, "mean_absolute_error")
    check_same(found, rnnexp.trace(model, x, y, "mean_absolute_error"))
    assert not found["low"].equals(rnnexp.trace(model, x, y)["low"])


def test_a_model_of_several_outputs_has_the_losses_of_all(graphs):
    sequence = keras.Input((T, D))
    h = layers.GRU(M, name="unit")(sequence)
    model = keras.Model(sequence, [keras.layers.Dense(1)(h), keras.layers.Dense(1)(h)])
    model.compile("sgd", ["mse", "mae"], loss_weights=[1.0, 0.3])
    x, y = batch()
    check_same(traced(model, x, [y, y]), rnnexp.trace(model, x, [y, y]))
    model.train_on_batch(x, [y, y])
    check_same(traced(model, x, [y, y]), rnnexp.trace(model, x, [y, y]))


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
    check_same(traced(model, x, y), rnnexp.trace(model, x, y))


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
    for trace in (traced, rnnexp.trace):
        with pytest.raises(ValueError, match=r"'unit'.*of the model's own.*run_functions_eagerly"):
            trace(model, x, y, "mse")
    tf.config.run_functions_eagerly(True)
    found = traced(model, x, y, "mse")
    same = keras.Sequential([keras.Input((T, D)), model.unit, model.top])
    check_same(found, rnnexp.trace(same, x, y, "mse"))


def test_what_trace_refuses_it_refuses():
    x, y = batch()
    with pytest.raises(ValueError, match="no recurrent layer"):
        Tracer(keras.Sequential([keras.Input((T, D)), keras.layers.Dense(1)]), x)
    with pytest.raises(ValueError, match="no weights yet"):
        Tracer(keras.Sequential([layers.GRU(M)]), x)
    model = keras.Sequential([keras.Input((T, D)), layers.GRU(M), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="no compiled loss"):
        Tracer(model, x, y).snapshot()
    with pytest.raises(ValueError, match="give y too"):
        Tracer(model, x, loss="mse")
