"""One graph for each signature."""

import tensorflow as tf

from rnnexp.engine.traced import Traced


def test_a_graph_is_traced_once_for_each_set_of_shapes_and_types():
    traces = []

    def double(x, y):
        traces.append(x.shape)
        return 2 * x if y is None else 2 * x + y

    doubled = Traced(double)
    for argument in (tf.ones(3), tf.zeros(3), tf.ones(4), tf.ones(3, "float64"), tf.ones(3)):
        assert tf.reduce_all(doubled(argument, None) == 2 * argument)
    assert len(traces) == 3
    assert tf.reduce_all(doubled(tf.ones(3), tf.ones(3)) == 3)
    assert len(traces) == 4
