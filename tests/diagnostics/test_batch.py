"""What is traced of all that `model.fit` takes, and of models whose time is not static."""

import threading

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import Tracer
from tests.diagnostics.models import B, D, M, T, batch, compiled, stacked


class Batches(keras.utils.PyDataset):
    """Two batches, of which the second is another."""

    def __init__(self, *batch):
        super().__init__()
        self.batch = batch

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return tuple((index + 1) * array for array in self.batch)


def generator(*batch):
    yield batch
    yield tuple(2 * array for array in batch)


def data_set(*batch):
    return tf.data.Dataset.from_tensor_slices(batch).batch(B).repeat()


class Loader:
    """Of another library, which one can go through."""

    def __init__(self, *batch):
        self.batch = batch

    def __iter__(self):
        return generator(*self.batch)


SETS = pytest.mark.parametrize("make", [data_set, Batches, generator, Loader])


def check_same(one, other):
    assert list(one) == list(other)
    for name in one:
        assert one[name].equals(other[name])


@SETS
@pytest.mark.parametrize("weighted", [False, True], ids=["x y", "x y sample_weight"])
def test_of_a_data_set_the_first_batch_is_traced(make, weighted):
    (x, y), model = batch(), stacked()
    weight = np.array([0.5, 0.0, 2.0])
    given = (x, y, weight) if weighted else (x, y)
    expected = rnnexp.trace(model, x, y, sample_weight=weight if weighted else None)
    check_same(rnnexp.trace(model, make(*given)), expected)


def test_a_data_set_without_targets_gives_the_forward_part():
    (x, _), model = batch(), stacked()
    check_same(rnnexp.trace(model, data_set(x)), rnnexp.trace(model, x))


def test_the_weights_of_samples_are_those_of_the_loss():
    (x, y), model = batch(), compiled(layers.GRU(M, name="unit"))
    weight = np.array([0.5, 0.0, 2.0])
    for loss in (None, "mean_absolute_error"):
        found = rnnexp.trace(model, x, y, loss, weight)["unit"]["d_x"].values
        plain = rnnexp.trace(model, x, y, loss)["unit"]["d_x"].values
        np.testing.assert_allclose(found, weight[:, None, None] * plain, rtol=1e-9, atol=1e-12)


def two_inputs():
    one, other = keras.Input((T, D), name="one"), keras.Input((T, D), name="other")
    h = layers.GRU(M, name="unit")(one + 2 * other)
    outputs = {"a": keras.layers.Dense(1, name="a")(h), "b": keras.layers.Dense(1, name="b")(h)}
    model = keras.Model({"one": one, "other": other}, outputs)
    model.compile("sgd", {"a": "mse", "b": "mae"})
    return model


def test_inputs_and_targets_by_name_alone_and_in_a_data_set():
    (x, y), model = batch(), two_inputs()
    x, y = {"one": x, "other": x[::-1]}, {"a": y, "b": -y}
    found = rnnexp.trace(model, x, y)
    np.testing.assert_allclose(found["unit"]["x"], x["one"] + 2 * x["other"])
    check_same(rnnexp.trace(model, data_set(x, y)), found)
    with_lists = [{k: v.tolist() for k, v in part.items()} for part in (x, y)]
    check_same(rnnexp.trace(model, *with_lists), found)


@pytest.mark.parametrize("kind", [list, np.float32, pd.DataFrame, tf.constant, tf.Variable])
def test_arrays_of_every_kind(kind):
    (x, y), model = batch(), stacked()
    x, y = x.astype("float32").astype("float64"), y.astype("float32").astype("float64")
    made = y.tolist() if kind is list else y.astype("float32") if kind is np.float32 else kind(y)
    check_same(rnnexp.trace(model, x, made), rnnexp.trace(model, x, y))
    if kind is list:
        check_same(rnnexp.trace(model, x.tolist(), y[:, 0].tolist()), rnnexp.trace(model, x, y))


@pytest.mark.parametrize("kind", [layers, keras.layers], ids=["rnnexp", "keras"])
@pytest.mark.parametrize("dtype", ["uint8", "int64", "bool"])
def test_whole_numbers_are_traced_as_the_same_numbers_with_a_point(kind, dtype):
    x = np.random.default_rng(0).integers(0, 2, (B, T, D)).astype(dtype)
    model = compiled(kind.GRU(M, name="unit"))
    sequence = keras.Input((T, D), dtype=dtype)
    whole = keras.Model(sequence, model.layers[-1](model.get_layer("unit")(sequence)))
    check_same(rnnexp.trace(whole, x), rnnexp.trace(model, x.astype("float64")))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (lambda x, y: (data_set(x, y), y), "is a .*Dataset, which contains targets; expected"),
        (lambda x, y: (data_set(x, y).take(0),), "without a batch; expected at least one"),
        (lambda x, y: (x, y[:2]), r"\[3, 2\] sequences; expected the same number in each"),
        (lambda x, y: (x, y, None, [1.0, 2.0]), r"\[3, 3, 2\] sequences; expected the same number"),
    ],
)
def test_what_is_no_batch_is_refused(given, expected):
    with pytest.raises(ValueError, match=expected):
        rnnexp.trace(stacked(), *given(*batch()))


WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def of_text():
    """Reads words, of which a batch has as many as its longest text."""
    table = keras.layers.TextVectorization(output_sequence_length=None)
    table.adapt(WORDS)
    return [keras.Input((), dtype="string"), table, keras.layers.Embedding(12, D, mask_zero=True)]


def texts(number, rng):
    return np.array([" ".join(rng.choice(WORDS, rng.integers(1, 9))) for _ in range(number)])


def of_ragged():
    def dense(x):
        return x.to_tensor()

    ragged = keras.Input((None, D), ragged=True, dtype="float64")
    return [ragged, keras.layers.Lambda(dense, output_shape=(None, D))]


def ragged(number, rng):
    return tf.RaggedTensor.from_tensor(rng.normal(size=(number, T, D)), rng.integers(1, T, number))


def check_not_static(kind, before, draw, number, jit_compile):
    tf.config.run_functions_eagerly(False)
    rng = np.random.default_rng(1)
    model = keras.Sequential([*before(), kind.LSTM(M, name="unit"), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    x, y = draw(number, rng), rng.normal(size=(number, 1))
    tracer = Tracer(model, x, y, jit_compile=jit_compile)
    found = tracer.traces({0: tracer.snapshot()})["unit"].sel(step=0)
    trace = rnnexp.trace(model, x, y)["unit"]
    for name in ("h", "d_h", "d_c", "d_x"):
        np.testing.assert_allclose(found[name], trace[name], rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize(("before", "draw"), [(of_text, texts), (of_ragged, ragged)])
def test_where_time_is_not_static_a_tracer_gives_what_trace_gives(before, draw):
    check_not_static(layers, before, draw, 40, jit_compile=False)


@pytest.mark.slow
@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "XLA"])
@pytest.mark.parametrize("number", [2, 40])
@pytest.mark.parametrize(("before", "draw"), [(of_text, texts), (of_ragged, ragged)])
def test_so_it_does_of_keras_layers_and_of_batches_of_any_size(before, draw, number, jit_compile):
    """Of few elements TensorFlow computes the shape while it makes the graph; not of many."""
    check_not_static(keras.layers, before, draw, number, jit_compile)


def test_threads_may_trace_one_model_and_others_and_use_it_meanwhile():
    (x, y), model, other = batch(), stacked(), stacked(keras.layers)
    expected = rnnexp.trace(model, x, y), rnnexp.trace(other, x, y), model(x)
    found, errors = [[], [], []], []

    def repeat(place, call):
        try:
            for _ in range(2):
                found[place].append(call())
        except Exception as error:
            errors.append(error)

    calls = [(0, lambda: rnnexp.trace(model, x, y))] * 2
    calls += [(1, lambda: rnnexp.trace(other, x, y)), (2, lambda: model(x))]
    threads = [threading.Thread(target=repeat, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    for one in found[0]:
        check_same(one, expected[0])
    for one in found[1]:
        check_same(one, expected[1])
    for one in found[2]:
        np.testing.assert_array_equal(one, expected[2])
    assert list(map(len, found)) == [4, 2, 2]
