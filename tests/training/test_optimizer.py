"""Optimizers and schedules that follow from a config."""

import keras
import pytest

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.training.model import build_optimizer


def rates(*overrides: str) -> list[float]:
    """The learning rates at some steps."""
    optimizer = build_optimizer(check(compose(list(overrides))))
    rate = optimizer._learning_rate
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        return [float(rate(step)) for step in (0, 1, 7, 10, 25)]
    return [float(rate)]


RATE = "optimizer.learning_rate"
NUMBERS = {
    "optimizer=sgd optimizer.learning_rate": 1,
    "optimizer=adam optimizer.learning_rate": 2,
    "optimizer=sgd optimizer.momentum": 0,
    f"schedule=cosine {RATE}.initial_learning_rate": 1,
    f"schedule=cosine {RATE}.alpha": 1,
    f"schedule=cosine {RATE}.warmup_steps=5 {RATE}.warmup_target": 1,
    f"schedule=exponential {RATE}.initial_learning_rate": 1,
    f"schedule=exponential {RATE}.decay_rate": 1,
    f"schedule=linear {RATE}.initial_learning_rate": 3,
    f"schedule=linear {RATE}.end_learning_rate": 0,
    f"schedule=linear {RATE}.power": 2,
}


@pytest.mark.parametrize("setting", NUMBERS)
def test_a_whole_number_is_the_same_as_the_real_one(setting):
    *groups, key = setting.split()
    number, steps = NUMBERS[setting], "trainer.steps=20"
    whole = rates(*groups, steps, f"{key}={number}")
    assert whole == rates(*groups, steps, f"{key}={number}.0")
