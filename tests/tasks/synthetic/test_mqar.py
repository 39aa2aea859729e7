"""Associative recall: each key comes once more behind the pairs, and its target is its value."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import MQAR
from rnnexp.tasks.synthetic.mqar import distinct

SEEDS = st.integers(0, 2**32)


@given(
    data=st.data(),
    pairs=st.integers(1, 6),
    test_pairs=st.lists(st.integers(1, 6), max_size=3),
    split=st.sampled_from(["train", "validation", "test"]),
    power=st.floats(0, 1),
    seed=SEEDS,
)
def test_the_targets_are_the_values_of_the_keys_in_the_pairs(
    data, pairs, test_pairs, split, power, seed
):
    most = max([pairs, *test_pairs])
    task = MQAR(
        length=data.draw(st.integers(4 * most, 4 * most + 9)),
        vocabulary=data.draw(st.integers(max(4, 2 * most), 2 * most + 9)),
        pairs=pairs,
        test_pairs=test_pairs,
        power=power,
    )
    expected = set(test_pairs) if split == "test" and test_pairs else {pairs}
    for row, targets, weights, number in zip(*task.batch(split, seed, 0, 20), strict=True):
        assert number in expected
        tokens = [task.input_names[token] for token in row]
        keys, values = tokens[: 2 * number : 2], tokens[1 : 2 * number : 2]
        assert all(key.isupper() for key in keys)
        assert all(value.islower() for value in values)
        assert len(set(keys)) == len(set(values)) == number
        queries = np.flatnonzero(weights)
        assert sorted(tokens[t] for t in queries) == sorted(keys)
        assert (queries >= 2 * number).all()
        assert (queries % 2 == 0).all()
        assert (weights[queries] == 1).all()
        value_of = dict(zip(keys, values, strict=True))
        assert [task.target_names[targets[t]] for t in queries] == [
            value_of[tokens[t]] for t in queries
        ]


def near(count: int, number: int, share: float) -> bool:
    return abs(count - number * share) < 5 * np.sqrt(number * share * (1 - share))


@pytest.mark.parametrize("power", [0.01, 0.5, 1.0])
def test_a_single_query_follows_soon_by_the_power_law(power):
    number, places = 20_000, 10
    task = MQAR(length=2 + 2 * places, pairs=1, power=power)
    weights = task.batch("train", 0, 0, number).weights
    counts = weights.sum(axis=0)[2::2]
    law = np.array([(place + 1) ** (power - 1) for place in range(places)])
    assert all(map(near, counts, [number] * places, law / law.sum()))


def test_queries_are_drawn_one_by_one_from_the_free_places():
    number, power = 20_000, 0.01
    task = MQAR(length=4 + 2 * 3, pairs=2, power=power)
    x, *_ = task.batch("train", 0, 0, number)
    # A filler may be a key as well, so only sequences are counted in which each key is found once.
    law = np.array([1.0, 2.0, 3.0]) ** (power - 1)
    law /= law.sum()
    places = Counter()
    for row in x:
        found = [np.flatnonzero(row[4::2] == key) for key in row[:4:2]]
        if all(len(where) == 1 for where in found):
            places[tuple(int(where[0]) for where in found)] += 1
    for first, second in permutations(range(3), 2):
        share = law[first] * law[second] / (1 - law[first])
        assert near(places[first, second], places.total(), share)


def test_fillers_come_from_the_whole_vocabulary():
    task = MQAR(length=64, vocabulary=16, pairs=2)
    x, _, weights, _ = task.batch("train", 0, 0, 500)
    fillers = x[:, 4:][weights[:, 4:] == 0]
    assert all(near(count, fillers.size, 1 / 16) for count in np.bincount(fillers, minlength=16))


@pytest.mark.parametrize(("count", "among"), [(1, 4), (2, 4), (3, 4), (4, 4)])
def test_every_ordered_choice_of_different_numbers_is_equally_likely(count, among):
    rows = 20_000
    chosen = Counter(map(tuple, distinct(np.random.default_rng(0), rows, count, among).tolist()))
    every = list(permutations(range(among), count))
    assert set(chosen) == set(every)
    assert all(near(chosen[choice], rows, 1 / len(every)) for choice in every)


def test_the_largest_number_of_pairs_decides_what_fits():
    with pytest.raises(ValueError, match=r"^length of MQAR is 64, expected .* at least 80"):
        MQAR(test_pairs=[4, 20])
    with pytest.raises(ValueError, match=r"^vocabulary of MQAR is 30, expected .* at least 32"):
        MQAR(pairs=16, vocabulary=30)
    for wrong in ([0], [2.5], [True], "4", 4):
        with pytest.raises(ValueError, match=r"^test_pairs of MQAR is .* expected a list"):
            MQAR(test_pairs=wrong)
