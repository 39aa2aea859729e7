"""What is written is what TensorBoard's own reader finds, at once."""

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from rnnexp.dashboard.scalars import FitScores, Scalars, of_split


def read(folder):
    """Every curve under `folder`: tag -> [(step, value), …]."""
    events = EventAccumulator(str(folder), size_guidance={"tensors": 0})
    events.Reload()
    return {
        tag: [(e.step, make_ndarray(e.tensor_proto).item()) for e in events.Tensors(tag)]
        for tag in events.Tags()["tensors"]
    }


def test_a_curve_is_on_the_disk_before_the_run_ends(tmp_path):
    with Scalars(tmp_path) as scalars:
        scalars.write({"loss": 0.5, "accuracy": 0.25}, 10)
        assert read(tmp_path) == {"loss": [(10, 0.5)], "accuracy": [(10, 0.25)]}
        scalars.write({"loss": 0.125}, 20)
        assert read(tmp_path)["loss"] == [(10, 0.5), (20, 0.125)]


def test_each_split_has_tags_of_its_own():
    splits = ("train", "validation", "test")
    found = [of_split(split, {"loss": 1.0, "accuracy": 0.5}) for split in splits]
    assert len({tag for tags in found for tag in tags}) == 2 * len(splits)
    assert list(found[0]) == ["loss/train", "accuracy/train"]


def test_what_was_written_before_a_run_broke_is_kept(tmp_path):
    with pytest.raises(ZeroDivisionError), Scalars(tmp_path) as scalars:
        scalars.write({"loss": 1.0}, 1)
        raise ZeroDivisionError
    assert read(tmp_path) == {"loss": [(1, 1.0)]}


def test_what_keras_reports_has_the_tags_of_a_run_and_one_point_for_a_step(tmp_path):
    scores = FitScores(tmp_path)
    for step in (1, 2):
        logs = {"loss": step, "accuracy": np.float32(0.5), "confusion": np.eye(2)}
        for _ in range(2):
            scores.write(logs, step)
    scores.write({"loss": 2, "val_loss": 3, "val_accuracy": 0.25, "learning_rate": 0.125}, 2)
    scores.write(None, 3)
    scores.close()
    validation = of_split("validation", {"loss": [(2, 3)], "accuracy": [(2, 0.25)]})
    training = of_split("train", {"loss": [(1, 1), (2, 2)], "accuracy": [(1, 0.5), (2, 0.5)]})
    assert read(tmp_path) == {**training, **validation, "learning_rate": [(2, 0.125)]}
