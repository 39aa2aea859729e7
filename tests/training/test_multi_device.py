"""A batch divided over several devices trains as the same batch on one."""

import pytest

from tests.command import TINY, command
from tests.sweeps.sweep_results import ran, rows

pytestmark = pytest.mark.slow  # two processes, one of them on two devices

# Steps so long, and clipped so short, that a clip of each device's part would show at once.
STEEP = ["optimizer=sgd", "optimizer.learning_rate=2", "optimizer.global_clipnorm=0.05"]
STEEP += ["trainer.steps=60", "trainer.validate_every=20", "callbacks=none"]


def numbers(job):
    return [{key: float(value) for key, value in row.items()} for row in rows(job)]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same training on one device and on two: hardware that only two processes can have."""
    desk = tmp_path_factory.mktemp("both")
    sweep = ["hardware.devices=1,2", "trainer.batch_size=31,32", "hydra.sweep.dir=swept"]
    shown = command("train", "-m", *TINY, *STEEP, *sweep, cwd=desk)
    assert "Traceback" not in shown.stderr, shown.stderr
    return ran(desk / "swept")


def test_two_devices_have_the_numbers_of_one(both):
    (_, _), (one, alone), (_, _), (two, shared) = both
    assert (alone["hardware"]["devices"], shared["hardware"]["devices"]) == (1, 2)
    assert len(rows(one)) > 1
    for here, there in zip(numbers(one), numbers(two), strict=True):
        assert there == pytest.approx(here, rel=1e-3)
    assert shared["score"] == pytest.approx(alone["score"], abs=0.01)


def test_a_batch_that_cannot_be_divided_equally_is_refused(both):
    *_, (_, summary), _ = both
    assert "expected a multiple of the 2 devices" in summary["error"]


# Sizes that two devices cannot share equally, with padding, slices and weights.
UNEVEN = ["task.validation_examples=251", "task.test_examples=45", "callbacks=none"]
UNEVEN += ["trainer.steps=4", "trainer.validate_every=2", "trainer.batch_size=8", "model.units=4"]
UNEVEN += ["hardware.precision=float32,mixed_float16"]


@pytest.mark.parametrize("task", ["parity", "reber"])
def test_splits_of_any_size_are_evaluated_as_on_one_device(task, tmp_path):
    sweep = [f"task={task}", *UNEVEN, "hardware.devices=1,2", "hydra.sweep.dir=swept"]
    shown = command("train", "-m", *sweep, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    (one, alone), (two, shared), *mixed = ran(tmp_path / "swept")
    assert [summary["state"] for _, summary in mixed] == ["completed"] * 2
    assert (alone["hardware"]["devices"], shared["hardware"]["devices"]) == (1, 2)
    for here, there in zip(numbers(one), numbers(two), strict=True):
        assert there == pytest.approx(here, rel=1e-3, abs=1e-6)
    assert shared["score"] == pytest.approx(alone["score"], abs=0.03)
    slices = [(folder / "slices.csv").read_text().count("\n") for folder in (one, two)]
    assert slices[0] == slices[1] > 2
