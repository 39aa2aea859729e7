"""Regular languages: the answers, read symbol by symbol; the lengths; and the exact baselines."""

from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import CycleNavigation, EvenPairs, ModularArithmetic, Parity
from rnnexp.tasks.synthetic.modular_arithmetic import evaluated

LANGUAGES = [CycleNavigation, EvenPairs, ModularArithmetic, Parity]
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
SPLITS = st.sampled_from(["train", "validation", "test"])
SEEDS = st.integers(0, 2**32)


def parity(task: Parity, symbols: tuple[str, ...]) -> str:
    return "odd" if symbols.count("1") % 2 else "even"


def even_pairs(task: EvenPairs, symbols: tuple[str, ...]) -> str:
    unequal = sum(pair in {("0", "1"), ("1", "0")} for pair in pairwise(symbols))
    return "odd" if unequal % 2 else "even"


def cycle_navigation(task: CycleNavigation, symbols: tuple[str, ...]) -> str:
    circle = list(range(task.positions))
    for step in symbols:
        if step == "+1":
            circle = circle[1:] + circle[:1]
        elif step == "-1":
            circle = circle[-1:] + circle[:-1]
    return str(circle[0])


def modular_arithmetic(task: ModularArithmetic, symbols: tuple[str, ...]) -> str:
    return str(eval("".join(symbols)) % task.modulus)


ANSWERS = {
    CycleNavigation: cycle_navigation,
    EvenPairs: even_pairs,
    ModularArithmetic: modular_arithmetic,
    Parity: parity,
}


def words(task, x: np.ndarray) -> list[tuple[str, ...]]:
    """The symbols of each sequence by name, which end where the padding begins."""
    names = task.input_names
    return [tuple(names[token] for token in row if token != 0) for row in x]


def alphabets(task, length: int) -> list[list[str]]:
    """The symbols that may stand in each place of a word."""
    names = task.input_names[1:]
    if type(task) is not ModularArithmetic:
        return [names] * length
    return [names[-3:] if place % 2 else names[:-3] for place in range(length)]


def shortened(language: type, length: int) -> int:
    """The length of the word if this length is drawn: an expression has an odd one."""
    return length - (language is ModularArithmetic and length % 2 == 0)


def check_answers(task, split: str, seed: int) -> None:
    x, y, weights, lengths = task.batch(split, seed, 0, 30)
    assert weights is None
    for word, answer, length, row in zip(words(task, x), y, lengths, x, strict=True):
        assert len(word) == length
        assert (row[length:] == 0).all()
        assert task.target_names[answer] == ANSWERS[type(task)](task, word)


@EVERY_LANGUAGE
@given(length=st.integers(2, 30), split=SPLITS, seed=SEEDS)
def test_every_answer_is_that_of_reading_symbol_by_symbol(language, length, split, seed):
    check_answers(language(length=length), split, seed)


@given(size=st.integers(2, 12), split=SPLITS, seed=SEEDS)
def test_answers_are_right_for_other_circles_and_moduli(size, split, seed):
    check_answers(CycleNavigation(positions=size, length=12), split, seed)
    check_answers(ModularArithmetic(modulus=size, length=12), split, seed)


@pytest.mark.parametrize("modulus", [2, 5, 10**9])
def test_long_products_are_reduced_before_they_overflow(modulus):
    largest, times = modulus, modulus + 3
    tokens = np.full((1, 199), largest, np.int32)
    tokens[:, 1::2] = times
    assert evaluated(tokens, modulus).tolist() == [(modulus - 1) ** 100 % modulus]


@EVERY_LANGUAGE
@given(
    shortest=st.integers(2, 9),
    more=st.integers(0, 9),
    test_shortest=st.integers(2, 9),
    test_more=st.integers(0, 9),
)
def test_all_lengths_are_in_the_range_of_the_split(
    language, shortest, more, test_shortest, test_more
):
    task = language(
        shortest=shortest,
        length=shortest + more,
        test_shortest=test_shortest,
        test_length=test_shortest + test_more,
    )
    for split, least, most in (
        ("train", shortest, shortest + more),
        ("validation", shortest, shortest + more),
        ("test", test_shortest, test_shortest + test_more),
    ):
        drawn = set(task.batch(split, 0, 0, 500).slices)
        assert drawn == {shortened(language, length) for length in range(least, most + 1)}
        assert task.timesteps(split) == most


@EVERY_LANGUAGE
def test_test_sequences_are_longer_than_all_others_unless_told_otherwise(language):
    task = language(length=10)
    assert task.batch("train", 0, 0, 500).slices.max() <= 10
    lengths = task.batch("test", 0, 0, 500).slices
    assert lengths.min() >= 10 if language is ModularArithmetic else lengths.min() == 11
    assert task.timesteps("test") == 25


@EVERY_LANGUAGE
def test_all_words_of_a_length_are_equally_likely(language):
    task, number = language(shortest=3, length=3), 20_000
    counts = Counter(words(task, task.batch("train", 0, 0, number).x))
    every = set(product(*alphabets(task, 3)))
    assert set(counts) == every
    share = 1 / len(every)
    error = np.sqrt(number * share * (1 - share))
    assert all(abs(count - number * share) < 5 * error for count in counts.values())


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@pytest.mark.parametrize(
    ("language", "field"), [(CycleNavigation, "positions"), (ModularArithmetic, "modulus")]
)
def test_the_baseline_is_the_most_frequent_answer_of_all_words(language, field, size):
    task = language(test_shortest=1, test_length=5, **{field: size})
    shares = Counter()
    for length in range(1, 6):
        every = list(product(*alphabets(task, shortened(language, length))))
        for word in every:
            shares[ANSWERS[language](task, word)] += 1 / len(every) / 5
    assert task.baseline == pytest.approx(max(shares.values()))


def test_a_test_length_below_the_least_one_is_refused():
    with pytest.raises(ValueError, match=r"^test_length of Parity is 40, expected .* at least 41"):
        Parity(test_length=40)
    with pytest.raises(ValueError, match=r"^length of Parity is 3, expected .* at least 5"):
        Parity(shortest=5, length=3)
    with pytest.raises(ValueError, match=r"^test_shortest of EvenPairs is 1, .* at least 2"):
        EvenPairs(test_shortest=1)
