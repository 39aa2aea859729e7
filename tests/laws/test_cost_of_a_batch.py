"""Laws of every generated task: a batch costs little time, and memory for itself only."""

import time
import tracemalloc
from dataclasses import fields

import pytest

from tests.laws.tasks import AT_HAND, EVERY_GENERATED, NUMBER


@pytest.mark.parametrize(
    "task_class",
    [c for c in AT_HAND if {"length", "train_examples"} <= {f.name for f in fields(c)}],
)
def test_the_memory_of_a_batch_does_not_grow_with_the_number_of_examples(task_class):
    task = task_class(train_examples=10**6, length=5000)
    tracemalloc.start()
    try:
        task.batch("train", 0, 0, NUMBER)
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


@EVERY_GENERATED
def test_a_batch_is_drawn_in_microseconds(task_class):
    task = task_class()
    task.batch("train", 0, 0, NUMBER)  # what is computed once and kept
    took = []
    for index in range(1, 10):
        start = time.perf_counter()
        task.batch("train", 0, index, NUMBER)
        took.append(time.perf_counter() - start)
    # Ten times the 2 µs per timestep that a batch should take, for other programs may be running.
    assert min(took) < 500e-6 + 20e-6 * task.timesteps("train")
