"""What a run says at its end is what its summary holds."""

from dataclasses import replace

import pytest

from rnnexp.console.messages import end_message, format_score
from rnnexp.runs.summary import Summary

SUMMARY = Summary("completed", "accuracy", baseline=0.1, seconds=2.6, steps=3000)


@pytest.mark.parametrize(
    ("score", "solved", "first", "expected"),
    [
        (0.95, True, 975, "solved after 975 of 3000 steps"),
        (0.95, True, None, "solved"),
        (0.84, False, 975, "not solved, though the validation split was after 975 steps"),
        (0.84, False, None, "not solved"),
    ],
)
def test_solved_agrees_with_the_score_in_the_same_line(tmp_path, score, solved, first, expected):
    summary = replace(SUMMARY, score=score, solved=solved, steps_to_solve=first)
    line = end_message(summary, tmp_path).splitlines()[0]
    assert line == f"test accuracy  {100 * score:.0f} % (a guess: 10 %), {expected}"


def test_an_accuracy_is_told_in_per_cent_and_an_error_as_it_is():
    assert (format_score(0.125, "accuracy"), format_score(0.125, "mean_squared_error")) == (
        "12.5 %",
        "0.125",
    )


def test_a_folder_is_told_as_the_shell_takes_it(tmp_path, monkeypatch):
    summary = replace(SUMMARY, score=0.5, solved=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert "--logdir 'a run'" in end_message(summary, tmp_path / "here" / "a run")
    assert f"--logdir {tmp_path}/there" in end_message(summary, tmp_path / "there")
