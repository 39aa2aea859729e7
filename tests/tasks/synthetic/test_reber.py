"""Reber: the strings are those of the grammar, written here as a regular expression."""

import re
from collections import Counter
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from rnnexp.tasks import Reber
from rnnexp.tasks.synthetic.reber_grammar import SYMBOLS, ends_within

AFTER_X_OR_VP = "(?:XT*VP)*(?:S|XT*VV)"
INNER = f"B(?:TS*X{AFTER_X_OR_VP}|PT*V(?:P{AFTER_X_OR_VP}|V))E"
EMBEDDED = re.compile(f"B([TP])({INNER})\\1E")


@cache
def strings(longest: int) -> dict[str, float]:
    """All inner strings up to a length, each with its probability, by trying every string.

    Each symbol but the B at the beginning and the E at the end is one of two.
    """
    tried = ("".join(p) for n in range(3, longest - 1) for p in product("TSXPV", repeat=n))
    inside = [middle for middle in tried if re.fullmatch(INNER, f"B{middle}E")]
    return {f"B{middle}E": 0.5 ** len(middle) for middle in inside}


@cache
def may_follow(prefix: str) -> frozenset[str]:
    """The symbols with which an inner string goes on: those after which some end fits."""
    ends = ["".join(end) for n in range(4) for end in product("SXVE", repeat=n)]
    return frozenset(
        symbol
        for symbol in SYMBOLS
        if any(re.fullmatch(INNER, prefix + symbol + end) for end in ends)
    )


def targets(string: str) -> list[frozenset[str]]:
    """What may follow each symbol of an embedded string but the last."""
    outer, inner = string[1], string[2:-2]
    inside = [may_follow(inner[: n + 1]) for n in range(len(inner) - 1)]
    return [frozenset("TP"), frozenset("B"), *inside, frozenset(outer), frozenset("E")]


@given(length=st.integers(9, 24), seed=st.integers(0, 2**32))
def test_strings_are_of_the_grammar_and_targets_are_what_may_follow(length, seed):
    x, y, weights, lengths = Reber(length=length).batch("train", seed, 0, 10)
    for row, labels, weight, counted in zip(x, y, weights, lengths, strict=True):
        string = "".join(SYMBOLS[token - 1] for token in row if token) + "E"
        assert EMBEDDED.fullmatch(string)
        assert len(string) == counted <= length
        assert weight.tolist() == [1] * (counted - 1) + [0] * (length - counted)
        named = [frozenset(SYMBOLS[i] for i in np.flatnonzero(step)) for step in labels]
        assert named[: counted - 1] == targets(string)


@pytest.mark.parametrize("length", [9, 12])
def test_strings_occur_as_often_as_their_edges_say(length):
    x = Reber(length=length).batch("train", 0, 0, 10_000).x
    drawn = Counter("".join(SYMBOLS[token - 1] for token in row if token)[2:-1] for row in x)
    probable = strings(length - 4)
    assert set(drawn) == set(probable)
    share = np.array([probable[string] for string in drawn])
    expected = share / share.sum() * drawn.total()
    assert chisquare(list(drawn.values()), expected).pvalue > 1e-4


@pytest.mark.parametrize("longest", range(5, 10))
def test_the_share_of_strings_that_end_in_time(longest):
    assert ends_within(longest) == pytest.approx(sum(strings(longest).values()))


@pytest.mark.parametrize("length", range(9, 14))
def test_no_other_guess_is_right_more_often_than_the_baseline(length):
    embedded = {
        f"B{outer}{inner}{outer}E": probability / 2
        for inner, probability in strings(length - 4).items()
        for outer in "TP"
    }
    of_string = {string: targets(string) for string in embedded}
    right = max(
        sum(embedded[s] for s, named in of_string.items() if guess[: len(named)] == named)
        for guess in map(list, {tuple(named) for named in of_string.values()})
    )
    assert Reber(length=length).baseline == pytest.approx(right / sum(embedded.values()))
