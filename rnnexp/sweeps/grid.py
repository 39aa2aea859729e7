"""The jobs of a sweep over listed values: every combination."""

import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import (
    ChoiceSweep,
    IntervalSweep,
    Override,
    RangeSweep,
    ValueType,
)
from hydra.errors import HydraException

from rnnexp.config.errors import UserError

MAX_JOBS = 10_000
"""The largest number of jobs in a sweep."""


def parse(overrides: Sequence[str], loader: ConfigLoader) -> list[Override]:
    """Parse the overrides of a command line, in Hydra's syntax.

    Raises:
        UserError: An override lists no values.
    """
    parsed = OverridesParser.create(config_loader=loader).parse_overrides(list(overrides))
    for override in parsed:
        if override.is_sweep_override():
            _check_values(override)
    return parsed


def grid(overrides: Sequence[Override]) -> list[list[str]]:
    """The overrides of every job of a sweep over listed values, in the same order every time.

    Raises:
        UserError: An override is an interval, from which only a search can draw, or there are
            more than `MAX_JOBS` jobs.
    """
    last = {override.get_key_element(): override for override in overrides}
    jobs = 1
    for override in last.values():
        if not override.is_sweep_override():
            continue
        if not override.is_discrete_sweep():
            raise UserError(
                f"{override.input_line}: only a sweeper that searches can draw from an interval; "
                "list the values, or add hydra/sweeper=optuna"
            )
        jobs *= _count(override)
        if jobs > MAX_JOBS:
            raise UserError(
                f"{override.input_line}: expected at most {MAX_JOBS} jobs in a sweep, got "
                f"{'more' if jobs > 10**12 else jobs}; list fewer values"
            )
    with _reproducible_shuffle(last.values()):
        return BasicSweeper.split_arguments(list(overrides), max_batch_size=None)[0]


def first(override: Override) -> str:
    """`override` with the first of its values, for a sweeper that draws them.

    Raises:
        UserError: The override is a glob, which sweepers that draw values do not support.
    """
    if override.value_type is ValueType.GLOB_CHOICE_SWEEP:
        names = ",".join(islice(override.sweep_string_iterator(), 2))
        raise UserError(
            f"{override.input_line}: expected listed values to draw from, as in "
            f"{override.get_key_element()}={names}"
        )
    if not override.is_sweep_override():
        return str(override.input_line)
    value: Any = override.value()
    if isinstance(value, IntervalSweep):
        return f"{override.get_key_element()}={value.start}"
    return f"{override.get_key_element()}={next(iter(override.sweep_string_iterator()))}"


def samples(overrides: Sequence[Override]) -> Iterator[list[str]]:
    """Jobs that a sweeper may draw: every listed value once, with the first of all others."""
    firsts = [first(override) for override in overrides]
    yield firsts
    for position, override in enumerate(overrides):
        value: Any = override.value()
        if isinstance(value, ChoiceSweep):
            for text in list(override.sweep_string_iterator()):
                listed = f"{override.get_key_element()}={text}"
                if listed != firsts[position]:
                    yield [*firsts[:position], listed, *firsts[position + 1 :]]


def _check_values(override: Override) -> None:
    value: Any = override.value()
    if isinstance(value, IntervalSweep):
        if not value.start < value.end:  # type: ignore[operator]
            raise UserError(
                f"{override.input_line}: expected an interval from the smaller to the larger number"
            )
    elif _count(override) == 0:
        raise UserError(f"{override.input_line}: expected values for the jobs, got none")


def _count(override: Override) -> int:
    """The number of values of `override`, without listing them."""
    value: Any = override.value()
    if isinstance(value, RangeSweep):
        return _length(override, value)
    if isinstance(value, ChoiceSweep):
        return len(value.list)
    return sum(1 for _ in override.sweep_string_iterator())


def _length(override: Override, value: RangeSweep) -> int:
    bounds: Any = (value.start, value.stop, value.step)
    start, stop, step = bounds
    if not step or not all(math.isfinite(number) for number in bounds):
        raise UserError(
            f"{override.input_line}: expected range(start,stop,step) of finite numbers and a "
            "step other than 0"
        )
    if all(isinstance(number, int) for number in bounds):
        return int(max(0, -((start - stop) // step)))
    return max(0, math.ceil((stop - start) / step))


@contextmanager
def _reproducible_shuffle(overrides: Sequence[Override] | Any) -> Iterator[None]:
    """Seed shuffles by the overrides: a continued sweep has the same order of jobs."""
    before = random.getstate()
    random.seed(" ".join(str(override.input_line) for override in overrides))
    try:
        yield
    except HydraException as error:
        raise UserError(str(error)) from error
    finally:
        random.setstate(before)
