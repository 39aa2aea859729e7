"""From values that are listed, counted or found to the jobs of a sweep: every combination."""

import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
"""More jobs than any machine is to be given at once."""


def parse(overrides: Sequence[str], loader: ConfigLoader) -> list[Override]:
    """The overrides of a command line as Hydra reads them, each with a value or more to take."""
    parsed = OverridesParser.create(config_loader=loader).parse_overrides(list(overrides))
    for override in parsed:
        if override.is_sweep_override():
            _check_values(override)
    return parsed


def grid(overrides: Sequence[Override]) -> list[list[str]]:
    """The overrides of every job of a sweep over listed values, in the same order every time.

    Raises UserError where a value is to be drawn, as from interval(0, 1), and for too many jobs.
    """
    last = {override.get_key_element(): override for override in overrides}
    jobs = 1
    for override in last.values():
        if not override.is_sweep_override():
            continue
        if not override.is_discrete_sweep():
            raise UserError(
                f"{override.input_line}: only a sweeper that draws values can draw from an "
                "interval; list the values, or add hydra/sweeper=optuna"
            )
        jobs *= _count(override)
        if jobs > MAX_JOBS:
            raise UserError(
                f"{override.input_line}: expected at most {MAX_JOBS} jobs in a sweep, got "
                f"{'more' if jobs > 10**12 else jobs}; list fewer values"
            )
    with _same_shuffle(last.values()):
        return BasicSweeper.split_arguments(list(overrides), max_batch_size=None)[0]


def first(override: Override) -> str:
    """`override` with the first of its values, for a sweeper that draws them.

    Raises UserError for values that are to be found: none of Hydra's such sweepers looks for them.
    """
    if override.value_type is ValueType.GLOB_CHOICE_SWEEP:
        found = ",".join(override.sweep_string_iterator())
        raise UserError(
            f"{override.input_line}: expected listed values to draw from, as in "
            f"{override.get_key_element()}={found}"
        )
    if not override.is_sweep_override():
        return str(override.input_line)
    value: Any = override.value()
    if isinstance(value, IntervalSweep):
        return f"{override.get_key_element()}={value.start}"
    return f"{override.get_key_element()}={next(iter(override.sweep_string_iterator()))}"


def samples(overrides: Sequence[Override]) -> Iterator[list[str]]:
    """Jobs that a sweeper may draw: every listed value once, beside the first of all others."""
    firsts = [first(override) for override in overrides]
    yield firsts
    for place, override in enumerate(overrides):
        value: Any = override.value()
        if isinstance(value, ChoiceSweep):
            for text in list(override.sweep_string_iterator()):
                listed = f"{override.get_key_element()}={text}"
                if listed != firsts[place]:
                    yield [*firsts[:place], listed, *firsts[place + 1 :]]


def _check_values(override: Override) -> None:
    value: Any = override.value()
    if isinstance(value, IntervalSweep):
        if not value.start < value.end:  # type: ignore[operator]
            raise UserError(f"{override.input_line}: expected an interval from less to more")
    elif _count(override) == 0:
        raise UserError(f"{override.input_line}: expected values for the jobs, got none")


def _count(override: Override) -> int:
    """How many values `override` takes, without listing them."""
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
def _same_shuffle(overrides: Sequence[Override] | Any) -> Iterator[None]:
    """Shuffle by what is swept: a sweep that is continued has its jobs in the order they had."""
    before = random.getstate()
    random.seed(" ".join(str(override.input_line) for override in overrides))
    try:
        yield
    except HydraException as error:
        raise UserError(str(error)) from error
    finally:
        random.setstate(before)
