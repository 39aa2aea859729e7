"""Generated tasks: as many examples as asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import Adding, FirstToken


@pytest.mark.parametrize("task_class", [Adding, FirstToken])
@given(
    sizes=st.fixed_dictionaries(
        {split: st.integers(1, 50) for split in ("train", "validation", "test")}
    )
)
def test_each_split_has_the_size_that_was_asked_for(task_class, sizes):
    task = task_class(**{f"{split}_examples": size for split, size in sizes.items()})
    for split, size in sizes.items():
        x, y = task.examples(split, seed=0)
        assert len(x) == len(y) == size


@pytest.mark.parametrize("task_class", [Adding, FirstToken])
def test_no_example_comes_back_in_a_later_epoch(task_class):
    task = task_class()
    old, new = ({row.tobytes() for row in task.examples("train", 0, e)[0]} for e in (0, 1))
    assert not old & new
