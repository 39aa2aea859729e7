"""Files from anywhere: whole ones are read, and no other is waited for or grows."""

import json
import os
import time

import pytest
import yaml

from rnnexp.files.reading import Unreadable, check_regular_file, read_json, read_text, read_yaml
from tests.report.folders import config

READERS = {"text": read_text, "json": read_json, "yaml": read_yaml}


def written(tmp_path, content, name="file"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_what_rnnexp_writes_is_read(tmp_path):
    values = config("LSTM", 20, 3, **{"optimizer.clipnorm": None, "trust": ["a", "b"]})
    assert read_yaml(written(tmp_path, yaml.safe_dump(values))) == values
    assert read_json(written(tmp_path, json.dumps(values))) == values
    assert read_text(written(tmp_path, "é\r\n漢\n".encode())) == "é\r\n漢\n"


@pytest.mark.parametrize("read", [*READERS.values(), check_regular_file])
def test_what_is_no_file_is_not_waited_for(read, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    for path in (tmp_path / "pipe", tmp_path / "folder", tmp_path / "loop", "/dev/zero", "a\0b"):
        with pytest.raises(Unreadable):
            read(path)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        ("text", b"\xff"),
        ("json", "[" * 100_000),
        ("json", '{"a":' * 200 + "1" + "}" * 200),
        ("json", "1" * 5000),
        ("json", "{"),
        ("json", " " * 2**21),
        ("yaml", "a: &a [1]\nb: *a\n"),
        ("yaml", "a: &a [*a]\n"),
        ("yaml", "[" * 100_000),
        ("yaml", "".join(" " * i + "a:\n" for i in range(200))),
        ("yaml", "a: 1" + ":59" * 300_000),
        ("yaml", "a: 1" + ":59" * 300_000 + ".5"),
        ("yaml", "a: " + "1" * 5000),
        ("yaml", "- 1\n" * 30_000),
        ("yaml", "a: !!python/object/apply:os.getcwd []"),
        ("yaml", "a: 2026-13-45"),
        ("yaml", "a: [\n"),
        ("yaml", "a: \0"),
        ("yaml", "a: 1\n--- \nb: 1\n"),
        ("yaml", " " * 2**21),
    ],
)
def test_what_never_ends_or_makes_no_sense_is_refused_at_once(reader, text, tmp_path):
    begun = time.process_time()
    with pytest.raises(Unreadable) as refused:
        READERS[reader](written(tmp_path, text))
    assert str(refused.value)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("value", ["x" * 5000, "1" * 5000, "-" * 5000, "1:2"])
def test_a_long_text_in_quotes_is_text(value, tmp_path):
    assert read_yaml(written(tmp_path, f"a: '{value}'\n")) == {"a": value}
