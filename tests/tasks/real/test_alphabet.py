"""Alphabets: a token for each character of the training text, and one for all others."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks.real.alphabet import UNKNOWN, Alphabet

TEXTS = st.text(max_size=60) | st.text(alphabet="ab \n\t␣\0\U0010ffff", max_size=60)


@given(text=TEXTS, other=TEXTS)
def test_tokens_are_the_places_in_the_alphabet_and_0_elsewhere(text, other):
    often = sorted(c for c, count in Counter(text).items() if count > 1)
    alphabet = Alphabet.of(text)
    assert alphabet.size == len(often) + 1
    expected = [often.index(c) + 1 if c in often else 0 for c in other]
    assert alphabet.tokens(other).tolist() == expected


@given(text=TEXTS)
def test_names_are_different_and_can_be_seen(text):
    names = Alphabet.of(text * 2).names
    assert names[0] == UNKNOWN
    assert len(set(names)) == len(names) == len(set(text)) + 1
    assert all(name.isprintable() and name.strip() for name in names)
