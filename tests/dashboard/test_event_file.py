"""Event files without what came after a step, as TensorBoard's own reader finds them."""

import threading

import pytest

from rnnexp.dashboard.event_file import (
    EventFile,
    all_event_files,
    keep_events,
    own_event_files,
    set_aside,
    until,
)
from rnnexp.dashboard.summaries import scalar, text
from tests.dashboard.test_scalars import read

STEPS = [0, 2, 4, 6]


def written(folder, steps=STEPS):
    events = EventFile(folder)
    events.write([text("about", "words")], steps[0])
    for step in steps:
        events.write([scalar("loss", step / 2), scalar("score", -step)], step)
    events.close()


def rewind_event_files(folder, step):
    keep_events(all_event_files(folder), until(step))


def curves(steps):
    return {"loss": [(s, s / 2) for s in steps], "score": [(s, -s) for s in steps]}


def numbers(folder):
    return {tag: points for tag, points in read(folder).items() if tag != "about"}


@pytest.mark.parametrize("step", [0, 3, 4, 100])
def test_points_after_the_step_are_gone_in_all_folders_below(step, tmp_path):
    folders = [tmp_path, tmp_path / "train", tmp_path / "a" / "b"]
    for folder in folders:
        written(folder)
    rewind_event_files(tmp_path, step)
    for folder in folders[1:]:
        assert numbers(folder) == curves([s for s in STEPS if s <= step])
        assert read(folder)["about"] == [(0, b"words")]


def test_a_training_goes_on_after_a_rewind_as_if_it_had_never_been_further(tmp_path):
    written(tmp_path)
    rewind_event_files(tmp_path, 3)
    written(tmp_path, [4, 6, 8])
    assert numbers(tmp_path) == curves([0, 2, 4, 6, 8])


def test_before_the_first_step_nothing_is_left(tmp_path):
    written(tmp_path)
    rewind_event_files(tmp_path, -1)
    assert read(tmp_path) == {}


@pytest.mark.parametrize("lost", [1, 5, 20])
def test_a_record_that_is_half_written_goes_and_the_rest_stays(lost, tmp_path):
    written(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-lost])
    rewind_event_files(tmp_path, 100)
    assert numbers(tmp_path) == curves(STEPS[:-1])
    written(tmp_path, [6, 8])
    assert numbers(tmp_path) == curves([0, 2, 4, 6, 8])


def test_what_another_process_left_half_done_goes_and_other_files_stay(tmp_path):
    written(tmp_path)
    (file,) = tmp_path.iterdir()
    (tmp_path / f".{file.stem}.123{file.suffix}").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("mine")
    rewind_event_files(tmp_path, 2)
    assert {path.name for path in tmp_path.iterdir()} == {file.name, "notes.txt"}


def test_no_folder_is_nothing_to_rewind(tmp_path):
    rewind_event_files(tmp_path / "none", 3)
    assert not list(tmp_path.iterdir())


def test_scores_of_a_split_can_be_left_out(tmp_path):
    events = EventFile(tmp_path)
    for step in STEPS:
        events.write([scalar("loss/train", step)], step)
        events.write([scalar("accuracy/test", step)], step)
    events.close()
    keep_events(all_event_files(tmp_path), until(4, without="test"))
    assert read(tmp_path) == {"loss/train": [(s, s) for s in STEPS if s <= 4]}


def test_all_that_write_into_a_folder_at_once_share_a_file(tmp_path):
    """TensorBoard reads the files of a folder one after the other."""
    writers = [EventFile(tmp_path), EventFile(tmp_path / "." / "a" / "..")]
    for step in STEPS:
        for tag, writer in zip("ab", writers, strict=True):
            writer.write([scalar(tag, step)], step)
    writers[0].close()
    writers[1].write([scalar("b", 8)], 8)
    writers[1].close()
    assert len(list(tmp_path.iterdir())) == 1
    assert read(tmp_path) == {"a": [(s, s) for s in STEPS], "b": [(s, s) for s in [*STEPS, 8]]}
    writers[0].write([scalar("a", 9)], 9)
    writers[0].close()
    assert len(list(tmp_path.iterdir())) == 2


def test_several_threads_may_write(tmp_path):
    def write(tag):
        events = EventFile(tmp_path)
        for step in range(200):
            events.write([scalar(tag, step)], step)
        events.close()

    threads = [threading.Thread(target=write, args=[tag]) for tag in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(tmp_path) == {tag: [(s, s) for s in range(200)] for tag in "abcd"}


def test_a_file_that_is_open_can_be_rewound_and_written_on(tmp_path):
    events = EventFile(tmp_path)
    for step in STEPS:
        events.write([scalar("a", step)], step)
    keep_events(own_event_files(tmp_path), until(2))
    events.write([scalar("a", 3)], 3)
    events.close()
    assert read(tmp_path) == {"a": [(0, 0), (2, 2), (3, 3)]}


def test_a_folder_that_was_deleted_is_made_again(tmp_path):
    events = EventFile(tmp_path / "logs")
    events.write([scalar("a", 0)], 0)
    events.flush()
    (path,) = (tmp_path / "logs").iterdir()
    path.unlink()
    (tmp_path / "logs").rmdir()
    events.write([scalar("a", 1)], 1)
    events.close()
    assert read(tmp_path / "logs") == {"a": [(1, 1)]}


def test_set_aside_are_the_files_of_rnnexp_alone(tmp_path):
    others = tmp_path / "events.out.tfevents.1.host"
    others.write_bytes(b"somebody else's")
    for name in ("earlier.1", "earlier.2"):
        written(tmp_path)
        before = read(tmp_path)
        set_aside(tmp_path)
        assert read(tmp_path / name) == before
        assert own_event_files(tmp_path) == []
    assert others.read_bytes() == b"somebody else's"
    set_aside(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {others.name, "earlier.1", "earlier.2"}
