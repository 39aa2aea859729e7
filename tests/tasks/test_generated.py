"""Generated tasks: as many examples as asked for, from a stream that never repeats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.synthetic.longer_test import LongerTest
from tests.laws.tasks import EVERY_GENERATED, TASKS

EVERY_LONGER = pytest.mark.parametrize(
    "task_class", [task for task in TASKS if issubclass(task, LongerTest)]
)


@EVERY_GENERATED
@given(sizes=st.fixed_dictionaries({split: st.integers(1, 600) for split in SPLITS}))
def test_each_split_has_the_size_that_was_asked_for(task_class, sizes):
    task = task_class(**{f"{split}_examples": size for split, size in sizes.items()})
    assert {split: task.size(split) for split in SPLITS} == sizes


@EVERY_GENERATED
def test_chunks_have_the_size_that_was_asked_for(task_class):
    for size in (1, 251):
        task = task_class(validation_examples=size)
        assert len(task.examples("validation", 0).x) == size


@EVERY_LONGER
def test_only_the_test_split_has_the_length_of_the_test(task_class):
    plain, longer = task_class(), task_class(test_length=2 * task_class().length + 1)
    for split in ("train", "validation"):
        assert longer.timesteps(split) == plain.timesteps(split)
        one, other = (task.batch(split, 0, 0, 5) for task in (plain, longer))
        np.testing.assert_array_equal(one.x, other.x)
    difference = longer.timesteps("test") - plain.timesteps("test")
    assert difference == plain.length + 1
    assert longer.batch("test", 0, 0, 5).x.shape[1] == longer.timesteps("test")


@EVERY_LONGER
def test_a_test_length_that_is_too_short_is_refused(task_class):
    with pytest.raises(ValueError, match=r"^test_length of .* is 0, expected a whole number of at"):
        task_class(test_length=0)


@EVERY_GENERATED
@pytest.mark.parametrize("split", SPLITS)
def test_a_split_without_examples_is_refused(task_class, split):
    with pytest.raises(ValueError, match=rf"^{split}_examples of .* is 0, expected"):
        task_class(**{f"{split}_examples": 0})
