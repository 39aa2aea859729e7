"""Which sizes are compiled: decided by counting, in every kind of call."""

import copy

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine import compile_policy
from rnnexp.engine.compile_policy import CallCounter, seconds, worth_compiling
from rnnexp.layers import SimpleRNN
from tests.units import normal

B, T, D, M = 4, 6, 2, 3
ONCE = seconds(B, T, D, M, 1)


@pytest.fixture
def patience(monkeypatch):
    """Lets a size of one-neuron layers be compiled after so many calls."""
    return lambda times: monkeypatch.setattr(compile_policy, "PATIENCE", (times - 0.5) * ONCE)


def answers(counting, shape, times):
    return [counting.counted(tf.zeros(shape), M, 1) for _ in range(times)]


def test_a_size_is_compiled_from_the_call_after_it_has_come_often_enough(patience):
    patience(3)
    assert answers(CallCounter(), (B, T, D), 5) == [False, False, False, True, True]


def test_other_sizes_do_not_count(patience):
    patience(6)
    counting = CallCounter()
    assert not any(answers(counting, (B, t, D), 1)[0] for t in range(1, 7))
    assert not any(answers(counting, (b, T, D), 1)[0] for b in range(1, 4))


def test_sizes_that_have_come_half_as_often_are_compiled_with_the_first_that_is_due(patience):
    patience(4)
    counting = CallCounter()
    answers(counting, (B, T, D), 3)
    answers(counting, (2 * B, T, D), 3)  # a little more than half of the time
    answers(counting, (B, T - 1, D), 1)
    answers(counting, (B, T, D), 1)
    assert answers(counting, (2 * B, T, D), 1) == [True]
    assert answers(counting, (B, T - 1, D), 1) == [False]


def test_not_more_sizes_are_compiled_than_there_is_room_for(patience, monkeypatch):
    patience(1)
    monkeypatch.setattr(compile_policy, "MOST", 2)
    counting = CallCounter()
    for t in (10, 11, 12):
        answers(counting, (B, t, D), 2)
    assert [answers(counting, (B, t, D), 1)[0] for t in (10, 11, 12)] == [True, True, False]


def test_more_work_is_estimated_to_take_longer():
    sizes = (
        (1, 10, 3, 8, 1),
        (9, 10, 3, 8, 1),
        (1, 20, 3, 8, 1),
        (1, 10, 3, 8, 3),
        (1, 10, 3, 99, 1),
    )
    least, *more = (seconds(*size) for size in sizes)
    assert all(estimate > least for estimate in more)


def test_what_is_not_faster_when_compiled_is_not():
    assert worth_compiling(64, "float32") and worth_compiling(64, tf.float64)
    assert not worth_compiling(64, "bfloat16")
    assert not worth_compiling(1024, "float32")


def test_a_copy_counts_from_the_start(patience):
    patience(2)
    counting = CallCounter()
    answers(counting, (B, T, D), 2)
    assert answers(counting, (B, T, D), 1) == [True]
    assert answers(copy.deepcopy(counting), (B, T, D), 1) == [False]


def compiled_steps(function, *arguments):
    """How many of the loops in a function's newest graph XLA is to compile."""
    graph = function.get_concrete_function(*arguments).graph.as_graph_def()
    functions = graph.library.function
    return sum(f.attr["_XlaMustCompile"].b for f in functions if "_XlaMustCompile" in f.attr)


@pytest.mark.parametrize("known", [True, False], ids=["known size", "any size"])
def test_a_step_of_ones_own_is_traced_anew_with_compiled_loops(patience, known):
    patience(3)
    layer = SimpleRNN(M)
    layer.build((B, T, D))
    weights = [w.value for w in layer.trainable_variables]
    traces = []

    @tf.function(reduce_retracing=True)
    def step(x):
        traces.append(x.shape)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(x) ** 2)
        return tape.gradient(loss, weights)

    x = tf.constant(normal(np.random.default_rng(1), B, T, D))
    if not known:
        for b in (1, 2):  # the second one makes the graph take any number of sequences
            step(x[:b])
    before = len(traces)
    found = [step(x) for _ in range(6)]
    assert len(traces) - before == (2 if known else 1)
    for gradients in found[1:]:
        for one, other in zip(gradients, found[0], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    assert compiled_steps(step, x) == 2


def trained():
    keras.utils.set_random_seed(7)
    rng = np.random.default_rng(7)
    inputs = keras.Input((None, D))
    h = SimpleRNN(M, return_sequences=True)(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1)(SimpleRNN(M)(h)))
    model.compile("adam", "mse")
    model.fit(normal(rng, 5 * B + 1, T, D), normal(rng, 5 * B + 1, 1), B, epochs=3, verbose=0)
    return model, [layer._calls._compiled for layer in model.layers[1:3]]


@pytest.mark.slow
def test_a_fit_goes_on_with_compiled_loops_to_the_same_weights_and_a_seed_repeats_itself(patience):
    plain, none = trained()
    patience(8)  # in the second epoch
    (first, compiled), (second, _) = trained(), trained()
    assert not any(none) and all(compiled)
    for one, other, without in zip(*(m.get_weights() for m in (first, second, plain)), strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_allclose(one, without, rtol=1e-4, atol=1e-5)


def test_a_step_of_fixed_signature_may_be_saved_and_run_elsewhere(patience, tmp_path):
    patience(1)
    layer = SimpleRNN(M)
    layer.build((B, T, D))

    class Module(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, T, D), tf.float32)])
        def gradient(self, x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = tf.reduce_sum(layer(x) ** 2)
            return tape.gradient(loss, x)

    module = Module()
    module.weights = [w.value for w in layer.weights]
    x = tf.constant(normal(np.random.default_rng(2), B, T, D))
    expected = module.gradient(x)
    graph = module.gradient.get_concrete_function().graph
    assert not any("PyFunc" in op.type for op in graph.get_operations())
    tf.saved_model.save(module, str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    np.testing.assert_allclose(loaded.gradient(x), expected)
