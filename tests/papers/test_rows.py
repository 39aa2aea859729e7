"""The rows of conf/paper: all files are here by existing."""

import dataclasses
import math
import re
from pathlib import Path

import pytest

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.config.yaml_files import conf_folder
from rnnexp.papers.places import PAGE, csv_file
from rnnexp.papers.results import read_csv
from rnnexp.papers.rows import job_name, parse_row, read_row, row_names
from rnnexp.sweeps.plan import plan_paper
from tests.papers.hand_made import NODE, row

ROWS = [read_row(name) for name in row_names()]
EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def comment_of(row):
    """The comment that the file of a row opens with, as one line."""
    text = (conf_folder() / "paper" / f"{row.name}.yaml").read_text(encoding="utf-8")
    first, *lines = text.splitlines()
    assert first == "# @package _global_"
    return " ".join(line.removeprefix("#").strip() for line in lines[: lines.index("defaults:")])


@EVERY_ROW
def test_its_file_opens_with_what_it_reproduces_and_the_command(row):
    comment = comment_of(row)
    assert f"rnnexp paper {row.name} " in f"{comment} "
    year = re.search(r"\((\d{4})\)", row.source)
    assert year is None or year[1] in comment


@EVERY_ROW
def test_its_minutes_are_those_of_its_runs_on_two_cores(row):
    """One run on each core at a time; the comment says the same."""
    results = read_csv(csv_file(row, Path(__file__).parents[2] / PAGE))
    if not len(results):
        assert row.minutes is None
        return
    assert row.minutes == math.ceil(results["seconds"].sum() / 2 / 60)
    assert f"rnnexp paper {row.name}  ({row.minutes:g} min on 2 cores)" in comment_of(row)


@EVERY_ROW
def test_its_first_run_composes_and_its_claims_can_be_judged(row):
    experiment = check(compose([f"paper={row.name}", *next(iter(row.jobs(1).values()))]))
    needs_threshold = {"solved", "at_chance", "sooner"} & {claim.kind for claim in row.claims}
    assert experiment.task.threshold is not None or not needs_threshold


@pytest.mark.slow
@EVERY_ROW
def test_every_run_is_valid_and_differs_from_all_others(row, tmp_path):
    planned = plan_paper(row.name, row.jobs(2), [f"hydra.sweep.dir={tmp_path}/x"], again=False)
    assert planned.left == list(range(2 * len(row.entries)))


@EVERY_ROW
def test_it_claims_something_and_needs_seeds_enough_to_judge_it(row):
    assert row.claims
    assert row.seeds >= 3


def test_a_row_is_part_of_no_run():
    overrides = ["task=adding", "task.length=10"]
    plain = check(compose(overrides)).config
    with_row = compose(overrides)
    with_row.paper = {"title": "something"}
    assert check(with_row).config == plain


def test_more_seeds_keep_the_runs_that_there_are():
    few, many = row().jobs(2), row().jobs(5)
    assert list(many.items())[: len(few)] == list(few.items())
    assert len(many) == 5 * len(row().entries)
    assert list(row().jobs()) == list(row().jobs(row().seeds))


def test_a_misspelt_row_is_told_the_nearest():
    with pytest.raises(UserError, match="did you mean adding"):
        read_row("addin")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"titel": "x"}, "titel"),
        ({"seeds": "many"}, "many"),
        ({"minutes": "long"}, "long"),
        ({"entries": {"A": {}}}, "overrides"),
        ({"entries": {"A b": {"overrides": []}, "A-b": {"overrides": []}}}, "expected names"),
        ({"claims": [{"solved": "LSTM", "at_least": 1}]}, "LSTM is no entry"),
    ],
)
def test_a_node_that_is_wrong_is_refused_with_its_file(changes, expected):
    with pytest.raises(UserError, match=expected) as caught:
        row(**changes)
    assert str(caught.value).startswith("by_hand.yaml: paper")


@pytest.mark.parametrize("missing", sorted(set(NODE) - {"seeds"}))
def test_every_part_of_a_row_but_the_seeds_is_needed(missing):
    node = {key: value for key, value in NODE.items() if key != missing}
    with pytest.raises(UserError, match=missing):
        parse_row("by_hand", node, Path("by_hand.yaml"))


def test_names_of_folders_are_plain():
    assert job_name("LSTM, bias 1", 3) == "LSTM-bias-1_seed=3"
    assert dataclasses.is_dataclass(row())
