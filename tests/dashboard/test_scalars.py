"""What is written is what TensorBoard's own reader finds, at once."""

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from rnnexp.dashboard.scalars import Scalars


def read(folder):
    """Every curve under `folder`: tag -> [(step, value), …]."""
    events = EventAccumulator(str(folder))
    events.Reload()
    return {
        tag: [(e.step, make_ndarray(e.tensor_proto).item()) for e in events.Tensors(tag)]
        for tag in events.Tags()["tensors"]
    }


def test_a_curve_is_on_the_disk_before_the_run_ends(tmp_path):
    with Scalars(tmp_path) as scalars:
        scalars.write("train", {"loss": 0.5, "accuracy": 0.25}, 10)
        assert read(tmp_path / "train") == {"loss": [(10, 0.5)], "accuracy": [(10, 0.25)]}
        scalars.write("train", {"loss": 0.125}, 20)
        assert read(tmp_path / "train")["loss"] == [(10, 0.5), (20, 0.125)]


def test_splits_share_their_tags_and_nothing_else(tmp_path):
    with Scalars(tmp_path) as scalars:
        scalars.write("train", {"loss": 1.0}, 1)
        scalars.write("validation", {"loss": 2.0}, 1)
    assert read(tmp_path / "train") == {"loss": [(1, 1.0)]}
    assert read(tmp_path / "validation") == {"loss": [(1, 2.0)]}


def test_what_was_written_before_a_run_broke_is_kept(tmp_path):
    with pytest.raises(ZeroDivisionError), Scalars(tmp_path) as scalars:
        scalars.write("train", {"loss": 1.0}, 1)
        raise ZeroDivisionError
    assert read(tmp_path / "train") == {"loss": [(1, 1.0)]}
