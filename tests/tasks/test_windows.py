"""Windows of series: compared with a loop over all windows, split in the order of time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks.windows import chronological_parts, scaled, window_starts, windows

SHARES = st.floats(0.05, 0.3)
SIZES = {"steps": st.integers(60, 200), "length": st.integers(1, 8), "horizon": st.integers(1, 4)}


@given(steps=st.integers(0, 500), validation=SHARES, test=SHARES)
def test_the_three_parts_are_all_steps_in_order(steps, validation, test):
    parts = chronological_parts(steps, validation, test)
    assert list(parts) == ["train", "validation", "test"]
    assert [step for part in parts.values() for step in part] == list(range(steps))
    assert abs(len(parts["validation"]) - validation * steps) <= 0.5
    assert abs(len(parts["test"]) - test * steps) <= 0.5


@given(**SIZES, validation=SHARES, test=SHARES)
def test_no_window_of_an_earlier_part_sees_a_target_of_a_later_one(
    steps, length, horizon, validation, test
):
    parts = chronological_parts(steps, validation, test)
    usable = np.ones(steps, bool)
    time = np.arange(steps)
    seen, targets = {}, {}
    for split, part in parts.items():
        if len(part) < horizon or (split == "train" and len(part) < length + horizon):
            continue
        starts = window_starts(usable, length, horizon, part)
        targets[split] = set(windows(time, starts + length, horizon).flat)
        seen[split] = set(windows(time, starts, length + horizon).flat)
        assert targets[split] <= set(part)
    order = [split for split in parts if split in seen]
    for place, earlier in enumerate(order):
        for later in order[place + 1 :]:
            assert not seen[earlier] & targets[later]
            assert not targets[earlier] & targets[later]


@given(**SIZES, missing=st.sets(st.integers(0, 59), max_size=5), data=st.data())
def test_the_windows_are_those_that_a_loop_finds(steps, length, horizon, missing, data):
    usable = np.array([step not in missing for step in range(steps)])
    first = data.draw(st.integers(0, steps - 1))
    part = range(first, data.draw(st.integers(first + 1, steps)))
    expected = [
        start
        for start in range(steps)
        if all(step in part for step in range(start + length, start + length + horizon))
        and not missing & set(range(start, start + length + horizon))
    ]
    if expected:
        assert window_starts(usable, length, horizon, part).tolist() == expected
    else:
        with pytest.raises(ValueError, match=r"no window of .*expected at least one: set"):
            window_starts(usable, length, horizon, part)


@given(
    shape=st.sampled_from([(20,), (20, 1), (20, 3)]),
    starts=st.lists(st.integers(0, 14), min_size=1, max_size=5),
    length=st.integers(1, 6),
)
def test_a_window_is_successive_rows(shape, starts, length):
    values = np.arange(np.prod(shape)).reshape(shape)
    taken = windows(values, np.array(starts), length)
    assert taken.dtype == values.dtype
    np.testing.assert_array_equal(taken, [values[start : start + length] for start in starts])


@given(seed=st.integers(0, 2**32), stop=st.integers(2, 50))
def test_the_scale_comes_from_its_part_alone(seed, stop):
    rng = np.random.default_rng(seed)
    values = rng.normal(5, 3, (50, 2))
    result = scaled(values, range(stop))
    part = values[:stop]
    np.testing.assert_allclose(
        result, (values - part.mean(axis=0)) / part.std(axis=0), rtol=1e-3, atol=1e-4
    )
    later = np.concatenate([part, rng.normal(1000, 1, (50 - stop, 2))])
    np.testing.assert_array_equal(scaled(later, range(stop))[:stop], result[:stop])


def test_missing_numbers_stay_missing_and_a_constant_column_becomes_zero():
    values = np.array([[0.1, 1.0], [0.1, np.nan], [0.1, 3.0]])
    np.testing.assert_allclose(scaled(values, range(3)), [[0, -1], [0, np.nan], [0, 1]], atol=1e-12)
