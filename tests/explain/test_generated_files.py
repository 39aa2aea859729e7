"""units.json and docs/units.md are what the equations say now."""

import pytest

from rnnexp.explain.__main__ import PAGE, as_json
from rnnexp.explain.catalogue import page
from rnnexp.explain.every_unit import equations_of_models, every_unit
from rnnexp.explain.units import FILE, by_name, plain, read
from tests.units import EQUATIONS

HOW = "run `make catalogue` after a change of an equation or a file in conf/model/"


@pytest.fixture(scope="module")
def units():
    return every_unit()


def test_the_data_file_is_that_of_the_equations(units):
    assert FILE.read_text(encoding="utf-8") == as_json(units), HOW
    assert read() == units


def test_the_page_is_that_of_the_equations(units):
    assert PAGE.read_text(encoding="utf-8") == page(units), HOW


def test_every_equation_and_every_yaml_is_in_it(units):
    names = {unit.name for unit in units}
    assert names >= {kind.__name__ for kind in EQUATIONS}
    known = by_name(units)
    assert {plain(model) for model in equations_of_models()} <= set(known)


@pytest.mark.parametrize("kind", EQUATIONS, ids=lambda kind: kind.__name__)
def test_every_equation_says_what_it_is_for_and_when_it_was_published(kind, units):
    (unit,) = (unit for unit in units if unit.name == kind.__name__)
    assert unit.purpose.endswith(".")
    assert unit.pitfalls.endswith(".")
    assert 1980 < unit.year < 2030
    assert unit.citation


def test_the_units_that_are_parallel_in_time_are_those_of_the_papers(units):
    parallel = {unit.name for unit in units if unit.parallel}
    assert parallel >= {"MinGRU", "MinLSTM", "LRU"}
    assert not parallel & {"SimpleRNN", "GRU", "LSTM", "CoRNN"}
