"""A file is whole or absent, and nothing is overwritten by a rename."""

import os

import pytest

from rnnexp.files.atomic import (
    free_name,
    remove_temporary_files,
    rename_damaged,
    write_atomically,
    write_text,
)


def test_a_file_is_replaced_by_one_with_the_same_ending(tmp_path):
    path = tmp_path / "model.keras"
    path.write_text("old")
    used = []

    def write(temporary):
        used.append(temporary)
        assert path.read_text() == "old"
        temporary.write_text("new")

    write_atomically(path, write)
    assert used[0].suffix == ".keras"
    assert used[0].parent == tmp_path
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["model.keras"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("old")

    def write(temporary):
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, write)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["config.yaml"]


def test_text_is_written_in_utf_8(tmp_path):
    write_text(tmp_path / "t.txt", "σ\n")
    assert (tmp_path / "t.txt").read_bytes() == "σ\n".encode()


def test_temporary_files_of_a_killed_process_are_removed_and_others_stay(tmp_path):
    path = tmp_path / "metrics.csv"
    for name in ("metrics.csv", ".metrics.123.csv", ".metrics.9.csv", ".metrics.9.nc", ".lock"):
        (tmp_path / name).touch()
    remove_temporary_files(path)
    assert {p.name for p in tmp_path.iterdir()} == {"metrics.csv", ".metrics.9.nc", ".lock"}


def test_a_free_name_is_the_first_that_neither_file_nor_link_has(tmp_path):
    (tmp_path / "a.1.nc").touch()
    (tmp_path / "a.2.nc").symlink_to("nowhere")
    assert free_name(tmp_path / "a.nc") == tmp_path / "a.3.nc"


def test_every_damaged_file_keeps_a_name_of_its_own(tmp_path):
    path = tmp_path / "checkpoint.npz"
    for content in "ab":
        path.write_text(content)
        rename_damaged(path)
    assert (tmp_path / "checkpoint.damaged.npz").read_text() == "a"
    assert (tmp_path / "checkpoint.damaged.1.npz").read_text() == "b"
