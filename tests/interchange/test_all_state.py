"""A copy knows all that the original knows: what saving stores, and what saving forgets."""

import keras
import numpy as np
import pytest
from keras import layers as k

from rnnexp.interchange import from_keras, to_keras
from tests.units import normal

B, T, D, M = 3, 5, 2, 4
RNG = np.random.default_rng(0)
X = normal(RNG, B, T, D)
WORDS = np.array([["never far"], ["far far away"], ["never say never"]])
ROWS = np.array([["c", "b", "zzz"], ["a", "c", "b"], ["b", "b", "b"]])


def unequal(layer):
    """`layer` with variables that no initializer gives."""
    for number, weight in enumerate(layer.trainable_weights):
        weight.assign(weight + 0.1 * (number + 1))
    return layer


def sequence(*parts, shape=(T, D), dtype="float32"):
    return unequal(keras.Sequential([keras.Input(shape, dtype=dtype), *parts]))


def normalization():
    layer = k.Normalization()
    layer.adapt(3 + 2 * normal(np.random.default_rng(1), 20, T, D))
    return sequence(layer, k.GRU(M)), X


def normalization_within_a_model():
    layer = k.Normalization(axis=-1)
    layer.adapt(5 + normal(np.random.default_rng(2), 20, T, D))
    inner = keras.Sequential([keras.Input((T, D)), layer, k.LSTM(M, return_sequences=True)])
    return sequence(inner, k.SimpleRNN(M)), X


def a_vocabulary(layer, data=ROWS):
    layer.adapt(data)
    return layer


def embedded(lookup, shape=(3,), dtype="string"):
    return sequence(lookup, k.Embedding(20, D, mask_zero=True), k.GRU(M), shape=shape, dtype=dtype)


def string_lookup():
    return embedded(a_vocabulary(k.StringLookup())), keras.ops.convert_to_tensor(ROWS)


def string_lookup_of_lines():
    tokens = [["two\nlines", "  ", "end"], ["two\nlines", "end", "end"]]
    return embedded(a_vocabulary(k.StringLookup(), np.array(tokens))), tensor(tokens)


def string_lookup_with_masks():
    layer = k.StringLookup(mask_token="", num_oov_indices=3)
    return embedded(a_vocabulary(layer, np.array([["", "a", "b"]]))), tensor(ROWS)


def string_lookup_with_given_vocabulary():
    return embedded(k.StringLookup(vocabulary=["a", "b"])), tensor(ROWS)


def integer_lookup():
    x = np.array([[7, 9, 7], [8, 100, 9], [9, 9, 9]])
    layer = a_vocabulary(k.IntegerLookup(), x)
    return embedded(layer, dtype="int64"), x


def lookup_of_counts(mode):
    layer = a_vocabulary(k.StringLookup(output_mode=mode))
    parts = [layer, k.Rescaling(1.0), k.Reshape((-1, 1)), k.GRU(M)]
    return sequence(*parts, shape=(3,), dtype="string"), tensor(ROWS)


def text_vectorization(**arguments):
    layer = a_vocabulary(k.TextVectorization(**arguments), WORDS)
    return embedded(layer, shape=(1,)), tensor(WORDS)


def text_as_tf_idf():
    layer = a_vocabulary(k.TextVectorization(output_mode="tf_idf"), WORDS)
    return sequence(layer, k.Reshape((-1, 1)), k.LSTM(M), shape=(1,), dtype="string"), tensor(WORDS)


def discretization():
    layer = k.Discretization(num_bins=4)
    layer.adapt(normal(np.random.default_rng(3), 50, T))
    return sequence(layer, k.Embedding(5, D), k.GRU(M), shape=(T,)), X[..., 0]


def hashing():
    parts = [k.Hashing(7, salt=[13, 14]), k.CategoryEncoding(7, output_mode="one_hot"), k.GRU(M)]
    return sequence(*parts, shape=(3,), dtype="string"), tensor(ROWS)


def batch_normalization():
    model = sequence(k.BatchNormalization(), k.GRU(M, return_sequences=True))
    model(X, training=True)
    return model, X


def time_distributed():
    inner = keras.Sequential([keras.Input((T, D)), k.BatchNormalization(), k.GRU(M)])
    inner(X + 1, training=True)
    return sequence(k.TimeDistributed(inner), k.LSTM(M), shape=(2, T, D)), np.stack([X, X], 1)


def several_inputs():
    x, words = keras.Input((T, D), name="x"), keras.Input((3,), dtype="string", name="words")
    known = k.Embedding(20, D)(a_vocabulary(k.StringLookup())(words))
    shared = k.GRU(M, return_state=True)
    h, state = shared(x)
    again, _ = shared(known, initial_state=state)
    model = keras.Model({"x": x, "words": words}, {"h": h, "again": again})
    return unequal(model), {"x": tensor(X), "words": tensor(ROWS)}


def dtypes():
    return sequence(k.GRU(M, dtype="mixed_bfloat16", return_sequences=True), k.LSTM(M)), X


def one_layer_in_two_models():
    shared = k.GRU(D, return_sequences=True)
    inner = keras.Sequential([keras.Input((T, D)), shared])
    return sequence(inner, shared, k.SimpleRNN(M)), X


def features():
    space = keras.utils.FeatureSpace(
        {"a": "float_normalized", "b": "string_categorical"}, output_mode="concat"
    )
    import tensorflow as tf

    raw = {"a": np.array([1.0, 5.0, 9.0], "float32"), "b": np.array(["u", "v", "u"])}
    space.adapt(tf.data.Dataset.from_tensor_slices(raw))
    encoded = space.get_encoded_features()
    outputs = k.GRU(M)(k.Reshape((-1, 1))(encoded))
    x = {name: tensor(value)[:, None] for name, value in raw.items()}
    return keras.Model(space.get_inputs(), outputs), x


def tensor(values):
    return keras.ops.convert_to_tensor(np.asarray(values))


MODELS = {
    function.__name__: function
    for function in (
        normalization,
        normalization_within_a_model,
        string_lookup,
        string_lookup_of_lines,
        string_lookup_with_masks,
        string_lookup_with_given_vocabulary,
        integer_lookup,
        text_vectorization,
        text_as_tf_idf,
        discretization,
        hashing,
        batch_normalization,
        time_distributed,
        several_inputs,
        dtypes,
        one_layer_in_two_models,
        features,
    )
} | {
    "lookup_of_counts": lambda: lookup_of_counts("count"),
    "lookup_as_tf_idf": lambda: lookup_of_counts("tf_idf"),
    "ngrams": lambda: text_vectorization(ngrams=2, output_sequence_length=4),
    "own_standardization": lambda: text_vectorization(
        standardize=lambda text: keras.ops.convert_to_tensor(text), split="character"
    ),
}


def outputs(model, x):
    return [keras.ops.convert_to_numpy(y) for y in keras.tree.flatten(model(x))]


@pytest.mark.parametrize("name", MODELS)
def test_a_copy_answers_alike_there_and_back(name):
    model, x = MODELS[name]()
    expected = outputs(model, x)
    ours = from_keras(model)
    theirs = to_keras(ours)
    tolerance = 1e-2 if name == "dtypes" else 1e-6
    for one, other, back in zip(expected, outputs(ours, x), outputs(theirs, x), strict=True):
        np.testing.assert_allclose(other, one, atol=tolerance)
        np.testing.assert_array_equal(back, one)
    for one, again in zip(outputs(model, x), expected, strict=True):
        np.testing.assert_array_equal(one, again)
