"""Law: an exported model answers alike in every runtime, for every unit, as Keras's layers do."""

from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers as k

from rnnexp.engine.affine import affine_states
from tests.export.forms import (
    IN_ALL,
    B,
    D,
    M,
    T,
    any_length,
    embedded,
    masked,
    one_step,
    states,
    time_distributed,
    unrolled,
)
from tests.export.runtimes import RUNTIMES
from tests.units import UNITS, VARIANTS, normal

EVERY_FORM = pytest.mark.parametrize("form", IN_ALL, ids=lambda form: form.__name__)
OFTEN = (any_length, unrolled, masked)
EVERY_FORM_SLOWLY = pytest.mark.parametrize(
    "form",
    [
        pytest.param(f, marks=[] if f in OFTEN else [pytest.mark.slow], id=f.__name__)
        for f in IN_ALL
    ],
)
ONE_OF_EACH = [next(u for u in UNITS if u.layer_class is layer) for layer in VARIANTS]
FOREIGN = ("TensorList", "TensorArray", "Stack")
"""How operations on lists of tensors begin, for which LiteRT needs Flex."""


def model_of(form, makers):
    """One model of every unit in this form, since what takes long is exporting, not the units."""
    outputs, inputs = [], None
    for make in makers:
        own_inputs, own_outputs = form(make)
        whole = keras.Model(own_inputs, own_outputs)
        inputs = own_inputs if inputs is None else inputs
        outputs += keras.tree.flatten(whole(inputs))
    return keras.Model(inputs, outputs)


def data(form, rng):
    """Inputs of which some timesteps are masked where the form looks."""
    if form is embedded:
        return [rng.integers(0, 6, size=(B, T)).astype("int32")]
    if form is time_distributed:
        return [normal(rng, B, 2, T, D)]
    if form is states:
        return [normal(rng, B, T, D), normal(rng, B, M)]
    x = normal(rng, B, 1 if form is one_step else T, D)
    if "masked" in form.__name__:
        x[0, 3:] = x[1, :2] = x[2] = 0
    return [x]


def random_model(form, units):
    rng = np.random.default_rng(0)
    model = model_of(form, [partial(unit.layer, M) for unit in units])
    for weight in model.weights:
        weight.assign(0.5 * normal(rng, *weight.shape))
    return model, data(form, rng)


def assert_answers_alike(form, runtime, units, folder):
    model, inputs = random_model(form, units)
    expected = model.predict(inputs, verbose=0)
    answers = RUNTIMES[runtime](model, folder)(inputs)
    for answer, one in zip(answers, keras.tree.flatten(expected), strict=True):
        np.testing.assert_allclose(answer, one, atol=1e-6)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_layer_answers_alike(runtime, tmp_path):
    assert_answers_alike(any_length, runtime, ONE_OF_EACH[1:2], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("runtime", RUNTIMES)
@EVERY_FORM
def test_every_unit_answers_alike(form, runtime, tmp_path):
    assert_answers_alike(form, runtime, UNITS, tmp_path)


@EVERY_FORM_SLOWLY
def test_the_graph_of_a_prediction_is_plain(form):
    """So that converters take it: no lists of tensors, nothing that only XLA compiles."""
    model, inputs = random_model(form, ONE_OF_EACH)
    call = tf.function(lambda x: model(x, training=False)).get_concrete_function(inputs)
    definition = call.graph.as_graph_def()
    functions = definition.library.function
    assert not any("_XlaMustCompile" in function.attr for function in functions)
    nodes = [*definition.node, *(node for function in functions for node in function.node_def)]
    assert not [node.op for node in nodes if node.op.startswith(FOREIGN)]


@pytest.mark.slow
@pytest.mark.parametrize("length", [40, None])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_long_masked_sequences_answer_alike(runtime, length, tmp_path):
    """For one unit with a loop, and all that run in blocks of timesteps otherwise."""
    x = keras.Input((length, D))
    affine = [unit for unit in ONE_OF_EACH if affine_states(unit.equation)]
    units = [ONE_OF_EACH[1], *affine]
    outputs = [unit.layer(M, return_sequences=True)(k.Masking()(x)) for unit in units]
    model = keras.Model([x], outputs)
    rng = np.random.default_rng(2)
    inputs = normal(rng, B, 40, D)
    inputs[0, 3:] = inputs[1, :20] = inputs[2, 10:30] = 0
    expected = model.predict(inputs, verbose=0)
    answers = RUNTIMES[runtime](model, tmp_path)([inputs])
    for answer, one in zip(answers, expected, strict=True):
        np.testing.assert_allclose(answer, one, atol=1e-6)


@pytest.mark.slow
def test_onnx_runtime_takes_ours_beside_kerass(tmp_path):
    x = keras.Input((None, D))
    y = k.GRU(M, return_sequences=True)(x)
    outputs = [unit.layer(M)(y) for unit in UNITS]
    model = keras.Model([x], outputs)
    inputs = [normal(np.random.default_rng(1), B, T, D)]
    expected = model.predict(inputs, verbose=0)
    answers = RUNTIMES["onnx"](model, tmp_path)(inputs)
    for answer, one in zip(answers, expected, strict=True):
        np.testing.assert_allclose(answer, one, atol=1e-6)


def stateful(make):
    x = keras.Input(batch_shape=(B, T, D))
    return [x], [make(stateful=True, return_sequences=True)(x)]


@pytest.mark.slow
@pytest.mark.parametrize("runtime", ["tf_saved_model", "litert"])  # ONNX has no variables
def test_a_stateful_layer_keeps_its_states(runtime, tmp_path):
    model, inputs = random_model(stateful, UNITS)
    served = RUNTIMES[runtime](model, tmp_path)
    for _ in range(3):
        for answer, expected in zip(served(inputs), model(inputs), strict=True):
            np.testing.assert_allclose(answer, expected, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float64"])
def test_other_precisions_are_served(policy, tmp_path):
    def in_precision(make):
        x = keras.Input((T, D), dtype="float32")
        return [x], [make(dtype=policy, return_sequences=True)(x)]

    model, inputs = random_model(in_precision, UNITS)
    answers = RUNTIMES["tf_saved_model"](model, tmp_path)(inputs)
    for answer, expected in zip(answers, model(inputs), strict=True):
        np.testing.assert_allclose(answer.astype("float64"), np.asarray(expected, "float64"))
