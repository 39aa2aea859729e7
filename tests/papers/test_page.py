"""The page of results and the text of the terminal, from results made by hand."""

import re
from pathlib import Path

import pytest
from scipy.stats import t

from rnnexp.papers.page import page
from rnnexp.papers.places import PAGE, csv_file
from rnnexp.papers.results import empty, read_csv
from rnnexp.papers.rows import read_row, row_names
from rnnexp.papers.text import listing, result
from rnnexp.papers.verdict import verdict
from tests.papers.hand_made import row, runs, table

GOOD = table(runs("GRU", [1.0, 0.99, 1.0]), runs("LSTM, bias 1", [0.2, 0.1, 0.3]))
BAD = table(runs("GRU", [0.2, 0.1, None]), runs("LSTM, bias 1", [1.0, 1.0, 1.0]))
HALF = table(runs("GRU", [1.0, 0.99, 1.0]), runs("LSTM, bias 1", [0.2]))


def test_the_verdicts():
    assert verdict(row(), empty()).words == "not run"
    assert verdict(row(), HALF).words == "unfinished: 4 of 6 runs"
    assert verdict(row(), GOOD).words == "reproduced"
    words = verdict(row(), BAD).words
    assert words.startswith("not reproduced: GRU solved it in 0 of 3 runs; ")
    assert "GRU was worse than LSTM, bias 1 by 0.85 [" in words


def test_where_the_row_has_no_minutes_the_time_of_its_runs_is_told():
    text = page([(row(minutes=None), GOOD)])
    assert f"its runs took {round(6 * 7.5 / 60)} min together" in text
    assert "time not measured" in page([(row(minutes=None), empty())])


def test_a_remark_follows_the_verdict():
    explained = row(remark="The gradient was truncated.")
    words = "not reproduced: GRU"
    for text in (page([(explained, BAD)]), result(explained, BAD)):
        assert text.index(words) < text.index("The gradient was truncated.")
    assert "emark" not in page([(row(), BAD)]) + result(row(), BAD)


def test_more_runs_than_the_row_needs_do_not_stand_for_missing_ones():
    results = table(runs("GRU", [1.0] * 6), runs("LSTM, bias 1", [0.2]))
    assert verdict(row(), results).words == "unfinished: 4 of 6 runs"


def test_a_verdict_ignores_entries_that_the_row_no_longer_has():
    assert verdict(row(), table(GOOD, runs("MGU", [1.0]))).words == "reproduced"


@pytest.mark.parametrize("results", [empty(), GOOD, BAD, HALF])
def test_the_page_omits_nothing(results):
    text = page([(row(), results)])
    for part in (row().title, row().source, row().setting, row().here, "99 %", "3 min"):
        assert part in text
    words = verdict(row(), results).words
    assert f"| {words} |" in text and f"- Verdict: **{words}**" in text
    for claim in row().claims:
        assert claim.words in text
    assert "rnnexp paper by_hand" in text
    for name in row().entries:
        assert re.search(rf"^\| {name} \|", text, re.MULTILINE)


def test_the_cells_of_an_entry():
    cells = cells_of("GRU", BAD)
    half = t.ppf(0.975, 1) * 0.05 * 2**0.5 / 2**0.5
    assert cells["ours, mean [95 %]"] == f"15 % [0 %, {100 * min(0.15 + half, 1):.3g} %]"
    assert cells["published"] == "99 %"
    assert cells["solved"] == "0 of 3"
    assert cells["runs"] == "3, 1 failed"
    assert cells["steps"] == "600"
    assert cells["parameters"] == "12 345"


def test_every_table_of_the_page_has_as_many_cells_in_each_line():
    for block in re.findall(r"(?:^\|.*\n)+", page([(row(), GOOD), (row(), empty())]), re.MULTILINE):
        assert len({line.count(" | ") for line in block.splitlines()}) == 1


def test_every_row_is_on_the_page_though_none_was_run():
    rows = [read_row(name) for name in row_names()]
    text = page([(each, empty()) for each in rows])
    assert text.count("Verdict: **not run**") == len(rows)


def test_the_terminal_shows_both_figures_and_the_verdict():
    text = result(row(), GOOD)
    assert re.search(r"^GRU +99 % +99.7 % \[", text, re.MULTILINE)
    assert text.endswith("verdict  reproduced")
    for claim in row().claims:
        assert f"holds    {claim.words}" in text
    assert result(row(), empty()).endswith("verdict  not run")
    assert re.search(
        r"^by_hand +3 +A task and two units +reproduced$", listing([(row(), GOOD)]), re.M
    )


def cells_of(entry, results):
    block = re.search(r"(?:^\|.*\n)+\Z", page([(row(), results)]), re.MULTILINE)[0]
    head, _, *lines = (
        [c.strip() for c in line.strip("|\n").split("|")] for line in block.splitlines()
    )
    return dict(zip(head, next(line for line in lines if line[0] == entry), strict=True))


def test_the_page_of_the_docs_is_that_of_the_tables_beside_it():
    """If this fails, run `rnnexp paper --table`."""
    written = Path(__file__).parents[2] / PAGE
    rows = [read_row(name) for name in row_names()]
    assert page([(r, read_csv(csv_file(r, written))) for r in rows]) == written.read_text("utf-8")
