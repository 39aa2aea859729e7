"""Event files without what came after a step, as TensorBoard's own reader finds them."""

import pytest

from rnnexp.dashboard.event_file import EventFile, rewind_event_files
from rnnexp.dashboard.summaries import scalar, text
from tests.dashboard.test_scalars import read

STEPS = [0, 2, 4, 6]


def written(folder, steps=STEPS):
    events = EventFile(folder)
    events.write([text("about", "words")], steps[0])
    for step in steps:
        events.write([scalar("loss", step / 2), scalar("score", -step)], step)
    events.close()


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
