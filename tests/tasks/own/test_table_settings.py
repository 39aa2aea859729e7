"""Settings of a table that do not fit by themselves: each is refused before a file is read."""

import re

import pytest

from rnnexp.tasks import Table

FIELDS = {
    "target": ("", None, 3),
    "target_kind": ("labels", None),
    "length": (0, None, 2.5),
    "horizon": (-1, "one"),
    "missing": ("drop", None),
    "decimal": (";", "", None),
    "encoding": ("rot13", None),
    "separator": ("", "::", 3),
    "validation_share": (-1, 2, "half"),
    "test_share": (-0.1, 0.9, float("nan")),
    "columns": ("wind", None, [1]),
    "largest_gap": ("", 3),
    "group": ("",),
    "date": ("", 3),
    "date_format": ("",),
    "whole_series": (1, "yes"),
    "path": ("", None),
}


@pytest.mark.parametrize(
    ("name", "bad"), [(n, bad) for n, values in FIELDS.items() for bad in values]
)
def test_a_bad_setting_is_named_with_its_value_and_what_was_expected(name, bad):
    with pytest.raises(
        ValueError, match=rf"^{name} of Table is {re.escape(repr(bad))}.*, expected .*: set for"
    ):
        Table(**{"path": "my.csv", "target": "sky", name: bad})


def test_settings_that_need_another_one():
    with pytest.raises(
        ValueError, match=r"^largest_gap of Table is '3D' without a date, .*date=time"
    ):
        Table("my.csv", target="sky", largest_gap="3D")
    with pytest.raises(
        ValueError, match=r"^group of Table is None with whole_series=true, expected"
    ):
        Table("my.csv", target="sky", whole_series=True)
