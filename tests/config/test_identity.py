"""Runs are the same where their configs differ in nothing that changes a number."""

import pytest
from omegaconf import OmegaConf

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.identity import (
    LAST_DIGITS,
    NO_OTHER_RUN,
    as_overrides,
    differing_keys,
    flat_values,
)


def values(*overrides):
    return flat_values(check(compose(overrides)).config)


@pytest.mark.parametrize("key", [*NO_OTHER_RUN, *LAST_DIGITS])
def test_every_setting_of_the_lists_exists(key):
    assert OmegaConf.select(compose(), key, default="missing") != "missing"


@pytest.mark.parametrize(
    "override",
    [
        "outputs=elsewhere",
        "trainer.checkpoint_seconds=3",
        "hardware.memory_limit=100",
        "hardware.memory_growth=true",
    ],
)
def test_where_and_how_often_it_is_saved_and_its_memory_make_no_other_run(override):
    assert differing_keys(values(), values(override)) == []


@pytest.mark.parametrize("override", ["seed=1", "model.units=3", "hardware.threads=1"])
def test_any_other_setting_makes_another_run(override):
    assert differing_keys(values(), values(override)) == [override.partition("=")[0]]


def test_a_key_that_only_one_of_them_has_differs():
    assert differing_keys({"a": 1}, {"a": 1, "b": None}) == []
    assert differing_keys({"a": 1}, {"a": 1, "b": 2}) == ["b"]


def test_at_most_four_values_are_shown():
    shown = as_overrides([*"abcdef"], {"a": 1, "b": None})
    assert shown == "a=1 b=None c=unset d=unset and 2 more"
