"""Texts for terminals that do not have every sign."""

import pytest

from rnnexp.explain.board import board
from rnnexp.explain.text import as_text, in_encoding
from rnnexp.explain.units import by_name, read

UNITS = by_name(read())


@pytest.mark.parametrize("name", UNITS)
def test_every_unit_can_be_written_in_ascii(name):
    text = as_text(board(UNITS[name], UNITS["simplernn"], None, None), 100)
    assert in_encoding(text, "ascii").isascii()


def test_a_letter_with_an_accent_loses_it():
    assert in_encoding("Koutník, σ(ν), ½", "ascii") == "Koutnik, sigmoid(nu), 1/2"
    assert in_encoding("Koutník, σ(ν)", "utf-8") == "Koutník, σ(ν)"
