"""Data of installed packages: whatever is wrong with them is told with the way to mend it."""

import zlib

import pytest

from rnnexp.tasks.real.packaged import data_of


def missing_package():
    import a_package_that_nobody_has  # noqa: F401


def missing_file():
    open("a file that is nowhere")  # noqa: SIM115


def missing_column():
    return {"a": 1}["b"]


def damaged_archive():
    zlib.decompress(b"nothing compressed")


def text_for_a_number():
    return float("")


@pytest.mark.parametrize(
    "fault", [missing_package, missing_file, missing_column, damaged_archive, text_for_a_number]
)
def test_a_fault_is_told_with_the_way_to_mend_it(fault):
    with (
        pytest.raises(OSError, match=r"^The numbers cannot be read \(.*expected .*: reinstall it"),
        data_of("some-package", "The numbers"),
    ):
        fault()


def test_what_was_read_is_handed_on():
    with data_of("some-package", "The numbers"):
        numbers = [1, 2]
    assert numbers == [1, 2]
