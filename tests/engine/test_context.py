"""What a call stands in, asked of TensorFlow itself."""

import tensorflow as tf

from rnnexp.engine import context


def asked_in(question, wrap=lambda f: f, around=None):
    """What `question` answers inside wrap(function), called within the block `around`."""
    answers = []

    def function(x):
        answers.append(question())
        return x

    if around is None:
        wrap(function)(tf.ones(1))
    else:
        with around:
            wrap(function)(tf.ones(1))
    return answers[-1]


def test_a_tape_is_seen_here_and_around_the_function_that_is_traced():
    for wrap in (lambda f: f, tf.function):
        assert not asked_in(context.differentiated, wrap)
        assert asked_in(context.differentiated, wrap, tf.GradientTape())
        assert not asked_in(context.differentiated_forwards, wrap, tf.GradientTape())


def test_an_accumulator_is_seen_here_and_around_the_function_that_is_traced():
    for wrap in (lambda f: f, tf.function):
        forwards = tf.autodiff.ForwardAccumulator(tf.ones(1), tf.ones(1))
        assert not asked_in(context.differentiated_forwards, wrap)
        assert asked_in(context.differentiated_forwards, wrap, forwards)


def test_xla_is_seen_where_it_compiles():
    def compiled(f):
        return tf.function(f, jit_compile=True)

    assert asked_in(context.inside_xla, compiled)
    assert asked_in(context.inside_xla, lambda f: compiled(tf.function(f)))
    assert not asked_in(context.inside_xla, tf.function)
    assert not asked_in(context.inside_xla)


def test_functions_around_are_those_that_are_traced_and_are_traced_anew_where_asked():
    traces = []

    @tf.function
    def inner(x):
        traces.append(context.functions_around())
        return x

    @tf.function
    def outer(x):
        return inner(x)

    assert context.functions_around() == []
    outer(tf.ones(1))
    outer(tf.ones(1))
    assert traces == [[inner, outer]]
    for function in traces[0]:
        context.trace_anew(function)
    outer(tf.ones(1))
    assert len(traces) == 2
