"""Text that cannot act, in a line, a cell, the name of a file and an order."""

import pytest

from rnnexp.report.text import cell, file_name, natural, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\x1b[0m", "a\\nb\\x1b[0m"),
        ("\u202etxt\u2066", "\\u202etxt\\u2066"),
        ("\ud800\udc80\ufffe", "\\ud800\\udc80\\ufffe"),
        ("漢 é 👩\u200d💻", "漢 é 👩\u200d💻"),
        ("$x$ <b> 100 %", "$x$ <b> 100 %"),
    ],
)
def test_what_acts_is_written_out_and_nothing_else(text, shown):
    assert plain(text) == shown


def test_a_long_text_loses_its_middle_and_keeps_what_tells_it_from_others():
    one, other = (plain("a" * 10**6 + end, 60) for end in ("x", "y"))
    assert len(one) == 60
    assert one != other
    assert plain("a" * 60, 60) == "a" * 60


def test_what_a_file_name_becomes():
    assert file_name("../../etc/passwd") == "etc-passwd"
    assert file_name("Überlegung_2") == "Überlegung_2"
    assert file_name("\0.") == "x00"
    assert len(file_name("a" * 10**6).encode()) < 100
    assert file_name("…") == file_name("") == "task"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", " =1", "＝1", "\t=1", "\r=1", "\n=1"])
def test_a_cell_that_begins_like_a_formula_does_not(text):
    assert not cell(text).lstrip().startswith(("=", "+", "-", "@", "＝", "\t", "\r"))
    assert text.strip()[1:] in cell(text)


@pytest.mark.parametrize("number", [-1, -1.5, 0, 10**9, True, None])
def test_a_number_in_a_cell_stays_one(number):
    assert cell(number) is number


def test_numbers_in_names_go_by_size():
    names = ["10_b", "2_b", "0", "2_a", "run 9", "run 10", "", "007", "1" * 5000]
    in_order = ["0", "2_a", "2_b", "007", "10_b", "1" * 5000, "run 9", "run 10"]
    assert sorted(names, key=natural) == ["", *in_order]
