"""A text file of one's own."""

from dataclasses import replace

import pytest

from rnnexp.tasks import Text

SENTENCE = "Der Fluß fließt, sagt Ödön.\n"


def test_the_pieces_are_the_text_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "book.txt").write_text(SENTENCE * 20, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    task = Text(path="book.txt", length=20)
    assert task.path == str(tmp_path / "book.txt")
    shown = SENTENCE.replace(" ", "␣").replace("\n", "⏎")
    names = task.input_names
    assert "".join(names[token] for token in task.stored("train").x[0]) == shown[:20]
    assert set(names) - {"unknown"} == set(shown)


def test_only_the_first_characters_are_used(tmp_path):
    path = tmp_path / "book.txt"
    path.write_text("ab" * 200 + "cd" * 200, encoding="utf-8")
    assert Text(path=str(path), length=5, characters=400).inputs.size == len({"unknown", *"ab"})


def test_another_text_than_that_of_the_run_is_refused(tmp_path):
    path = tmp_path / "book.txt"
    path.write_text(SENTENCE * 20, encoding="utf-8")
    task = Text(path=str(path))
    assert replace(task) == task
    path.write_text(SENTENCE * 21, encoding="utf-8")
    with pytest.raises(ValueError, match=r"^checksum of Text is .*expected .*: bring the file"):
        replace(task)


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (b"", r"the text has 0 characters, .*expected at least .*: bring a longer text"),
        (b"abc", r"the text has 3 characters, .*expected at least .*: bring a longer text"),
        ("Größe".encode("latin-1") * 900, r"book.txt is not UTF-8 at byte 2, expected .*: store"),
        (b"a" * (64 * 2**20 + 1), r"book.txt is more than 64 MiB, expected .*: store"),
    ],
    ids=["empty", "short", "latin-1", "large"],
)
def test_a_file_that_is_no_long_text_is_refused_with_the_way_to_mend_it(
    tmp_path, contents, message
):
    path = tmp_path / "book.txt"
    path.write_bytes(contents)
    with pytest.raises(ValueError, match=message):
        Text(path=str(path)).stored("train")


@pytest.mark.parametrize("path", ["", None, 3])
def test_a_path_that_is_none_is_refused(path):
    with pytest.raises(ValueError, match=rf"path of Text is {path!r}, expected the name of a file"):
        Text(path=path)


def test_a_file_that_is_not_there_is_named_with_one_that_is_close(tmp_path):
    (tmp_path / "book.txt").touch()
    with pytest.raises(FileNotFoundError, match=r"bok.txt.*did you mean book.txt\?"):
        Text(path=str(tmp_path / "bok.txt"))
