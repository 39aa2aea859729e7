"""One graph for each signature, and not too many."""

import tensorflow as tf

from rnnexp.engine import graph_cache
from rnnexp.engine.graph_cache import GraphCache, specs
from rnnexp.engine.operands import Operands


def counting():
    traces = []

    def double(x, y):
        traces.append(x.shape)
        return 2 * x if y is None else 2 * x + y

    return double, traces


def test_a_graph_is_traced_once_for_each_set_of_shapes_and_types():
    double, traces = counting()
    doubled = GraphCache(double)
    for argument in (tf.ones(3), tf.zeros(3), tf.ones(4), tf.ones(3, "float64"), tf.ones(3)):
        assert tf.reduce_all(doubled(argument, None) == 2 * argument)
    assert len(traces) == 3
    assert tf.reduce_all(doubled(tf.ones(3), tf.ones(3)) == 3)
    assert len(traces) == 4


def test_one_graph_serves_every_size_where_it_may():
    double, traces = counting()
    doubled = GraphCache(double, any_size=True)
    for B, T in ((2, 3), (4, 5), (1, 1)):
        assert doubled(tf.ones((B, T, 7)), None).shape == (B, T, 7)
    doubled(tf.ones((2, 3, 8)), None)
    assert len(traces) == 2


def test_the_graph_used_longest_ago_is_freed_first(monkeypatch):
    monkeypatch.setattr(graph_cache, "MOST", 2)
    double, traces = counting()
    doubled = GraphCache(double)
    for size in (1, 2, 1, 3):  # 2 is freed
        doubled(tf.ones(size), None)
    assert len(doubled) == 2
    doubled(tf.ones(1), None)
    assert len(traces) == 3
    doubled(tf.ones(2), None)
    assert len(traces) == 4


def test_the_sizes_left_open_are_the_batch_and_the_timesteps():
    shapes = (2, 5, 3), (2, 4), (2, 5), (8, 4), (4,)
    x, h, mask, matrix, p = map(tf.ones, shapes)
    operands = Operands(
        inputs=(x,),
        matrices=(matrix,),
        input_products={1: x},
        vectors=(p,),
        biases={1: p},
        states=(h,),
        mask=tf.cast(mask, "bool"),
        length=tf.constant(5),
    )
    found, states = specs((operands, [h]), any_size=True)
    assert found.inputs[0].shape.as_list() == [None, None, 3]
    assert found.input_products[1].shape.as_list() == [None, None, 3]
    assert found.states[0].shape.as_list() == states[0].shape.as_list() == [None, 4]
    assert found.mask.shape.as_list() == [None, None]
    assert found.matrices[0].shape == (8, 4)
    assert found.vectors[0].shape == found.biases[1].shape == (4,)
    assert found.length.shape == () and found.read_masks is None
