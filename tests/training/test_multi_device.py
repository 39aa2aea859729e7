"""A batch divided over several devices trains as the same batch on one."""

import pytest

from tests.command import TINY, command
from tests.sweeps.sweep_results import ran, rows

pytestmark = pytest.mark.slow  # two processes, one of them on two devices

# Steps so long, and clipped so short, that a clip of each device's part would show at once.
STEEP = ["optimizer=sgd", "optimizer.learning_rate=2", "optimizer.global_clipnorm=0.05"]
STEEP += ["trainer.steps=60", "callbacks=none"]


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
