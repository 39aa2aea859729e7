"""Laws of units that are affine in their states: blocks of timesteps agree with the loop."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import tree

from rnnexp.engine.affine import affine_states
from tests.laws.agreement import MASKS, Case
from tests.transcriptions import looped
from tests.units import UNITS, arrays, each_of, normal, randomise

AFFINE = [unit for unit in UNITS if affine_states(unit.equation)]
EVERY_AFFINE_UNIT = each_of(AFFINE)
EVERY_AFFINE_UNIT_SLOWLY = each_of(AFFINE, ("LRU",))
LONG = 8192


def pair(unit, M, D, rng, **arguments):
    """Two layers with the same weights: in blocks, and in a loop."""
    layers = [unit.layer(M, **arguments) for _ in range(2)]
    for layer in layers:
        layer.build((None, None, D))
    layers[1].set_weights(randomise(layers[0], rng).get_weights())
    layers[0].parallel, layers[1].parallel = True, False
    return layers


def results(layer, x, mask, states, training=False):
    """Outputs and last states; the gradients at inputs, initial states and weights."""
    weights = [w.value for w in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch((x, states))
        found = layer(x, mask=mask, initial_state=states or None, training=training)
        found = tree.flatten(found)
        loss = sum(tf.reduce_sum(tf.sin(tensor)) for tensor in found)
    return [*found, *tape.gradient(loss, [x, *states, *weights], unconnected_gradients="zero")]


def agree(found, expected, tolerance):
    """Relative to the largest number of each tensor: gradients are sums over many timesteps."""
    for one, other in zip(found, expected, strict=True):
        scale = max(1.0, float(np.max(np.abs(other), initial=0.0)))
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance * scale)


@st.composite
def long_cases(draw):
    return Case(
        B=draw(st.integers(1, 5)),
        T=draw(st.integers(32, 100)),
        D=draw(st.integers(1, 3)),
        M=draw(st.integers(1, 4)),
        arguments={
            "go_backwards": draw(st.booleans()),
            "zero_output_for_mask": draw(st.booleans()),
            "use_bias": draw(st.booleans()),
            "dropout": draw(st.sampled_from([0.0, 0.3])),
            "recurrent_dropout": draw(st.sampled_from([0.0, 0.4])),
            "seed": 3,
        },
        mask=draw(st.sampled_from(MASKS)),
        training=draw(st.booleans()),
        seed=draw(st.integers(0, 2**32 - 1)),
    )


@EVERY_AFFINE_UNIT_SLOWLY
@pytest.mark.parametrize("mask", MASKS)
def test_masked_blocks_agree_with_the_loop(unit, mask):
    agree_in(unit, Case(B=4, T=37, D=2, M=3, arguments={}, mask=mask))


@EVERY_AFFINE_UNIT
@pytest.mark.parametrize("mask", MASKS)
def test_masked_blocks_whose_last_output_alone_is_used(unit, mask):
    """Then a gradient goes back from the end through all masked blocks."""
    case = Case(B=4, T=37, D=2, M=3, arguments={"return_sequences": False}, mask=mask)
    agree_in(unit, case)


@pytest.mark.slow
@EVERY_AFFINE_UNIT
@given(case=long_cases())
@settings(max_examples=12)
def test_blocks_agree_with_the_loop(unit, case):
    agree_in(unit, case)


def agree_in(unit, case):
    rng = np.random.default_rng(case.seed)
    arguments = {"return_sequences": True, "return_state": True, **case.arguments}
    layers = pair(unit, case.M, case.D, rng, **arguments)
    x = tf.constant(normal(rng, case.B, case.T, case.D))
    states = [tf.constant(s) for s in unit.states_like(rng, case.B, case.M)]
    mask = case.padding(rng)
    found, expected = (results(layer, x, mask, states, case.training) for layer in layers)
    agree(found, expected, 2e-5)


@EVERY_AFFINE_UNIT_SLOWLY
@pytest.mark.parametrize(
    ("compiled", "length"),
    [
        pytest.param(False, 77, id="padded"),
        pytest.param(False, 64, id="divisible", marks=pytest.mark.slow),
        pytest.param(False, None, id="unknown", marks=pytest.mark.slow),
        pytest.param(True, 77, id="compiled-padded", marks=pytest.mark.slow),
        pytest.param(True, 64, id="compiled-divisible", marks=pytest.mark.slow),
        pytest.param(True, None, id="compiled-unknown", marks=pytest.mark.slow),
    ],
)
def test_blocks_agree_with_the_loop_in_graphs(unit, compiled, length):
    B, T, D, M = 9, length or 77, 2, 3
    rng = np.random.default_rng(0)
    layers = pair(unit, M, D, rng, return_sequences=True, return_state=True, dtype="float64")
    layers[0].jit_compile, layers[1].jit_compile = compiled, False
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    states = [tf.constant(s) for s in unit.states_like(rng, B, M, dtype="float64")]
    mask = rng.uniform(size=(B, T)) < 0.4
    specs = [
        tf.TensorSpec((B, length, D), tf.float64),
        tf.TensorSpec((B, length), tf.bool),
        [tf.TensorSpec((B, M), tf.float64) for _ in states],
    ]
    in_graph = tf.function(lambda *a: results(layers[0], *a), input_signature=specs)
    agree(in_graph(x, mask, states), results(layers[1], x, mask, states), 1e-12)


@each_of(AFFINE, ("MinGRU",))
def test_an_empty_shard_of_an_unknown_batch(unit):
    """A batch of unknown size is divided among the cores, and may have fewer sequences."""
    T, D = 40, 2
    rng = np.random.default_rng(3)
    layers = pair(unit, 3, D, rng, return_sequences=True, dtype="float64")
    layers[0].jit_compile = True
    spec = tf.TensorSpec((None, T, D), tf.float64)
    in_graph = tf.function(lambda x: results(layers[0], x, None, []), input_signature=[spec])
    for B in (1, 3):
        x = tf.constant(normal(rng, B, T, D, dtype="float64"))
        agree(in_graph(x), results(layers[1], x, None, []), 1e-12)


@EVERY_AFFINE_UNIT
def test_blocks_agree_with_the_transcription(unit):
    B, T, D, M = 2, 100, 3, 4
    rng = np.random.default_rng(1)
    layer, _ = pair(unit, M, D, rng, return_sequences=True, dtype="float64")
    x = normal(rng, B, T, D, dtype="float64")
    states = list(map(np.asarray, tree.flatten(layer.cell.get_initial_state(B))))
    expected = looped(unit.equation, x, states, arrays(layer))[0]
    np.testing.assert_allclose(layer(x), expected, atol=1e-12)


@EVERY_AFFINE_UNIT_SLOWLY
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [pytest.param("float32", 1e-5, marks=pytest.mark.slow), ("float64", 1e-10)],
)
def test_blocks_agree_with_the_loop_at_great_length(unit, dtype, tolerance):
    B, D, M = 2, 3, 4
    rng = np.random.default_rng(2)
    layers = pair(unit, M, D, rng, return_sequences=True, return_state=True, dtype=dtype)
    x = tf.constant(normal(rng, B, LONG, D, dtype=dtype))
    states = [tf.constant(s) for s in unit.states_like(rng, B, M, dtype=dtype)]
    found, expected = (results(layer, x, None, states) for layer in layers)
    agree(found, expected, tolerance)


@EVERY_AFFINE_UNIT_SLOWLY
def test_second_derivatives_are_those_of_the_loop(unit):
    B, T, D, M = 2, 33, 2, 2
    rng = np.random.default_rng(4)
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    found = []
    for layer in pair(unit, M, D, rng, dtype="float64"):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                loss = tf.reduce_sum(tf.sin(layer(x)))
            squared = tf.reduce_sum(inner.gradient(loss, x) ** 2)
        found.append(outer.gradient(squared, x))
    agree(*[[d] for d in found], 1e-12)
