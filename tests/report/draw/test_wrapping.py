"""Long names stand on several lines, and different names stay different."""

from hypothesis import given
from hypothesis import strategies as st

from rnnexp.report.draw.wrapping import fits, wrapped, wrapped_apart

TEXTS = st.text("ab =_", max_size=200)
WIDTHS, LINES = st.integers(4, 60), st.integers(1, 4)


@given(TEXTS, WIDTHS, LINES)
def test_a_text_is_within_its_width_and_its_lines(text, width, lines):
    found = wrapped(text, width, lines).split("\n")
    assert len(found) <= lines
    assert max(map(len, found)) <= width


@given(TEXTS, WIDTHS, LINES)
def test_what_fits_is_whole(text, width, lines):
    if fits(text, width, lines):
        assert wrapped(text, width, lines).split() == text.split()


@given(st.lists(TEXTS.map(lambda text: " ".join(text.split())), max_size=6), WIDTHS, LINES)
def test_different_texts_stay_different(texts, width, lines):
    found = wrapped_apart(texts, width, lines)
    assert len(set(found)) >= len(set(texts))
    assert len(found) == len(texts)
