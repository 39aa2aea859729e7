"""Copy, variable copy: what stands at the beginning comes again after the marker."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import Copy, VariableCopy

SIZES = {
    "length": st.integers(1, 12),
    "symbols": st.integers(2, 6),
    "copied": st.integers(1, 5),
    "seed": st.integers(0, 2**32),
}


def read(task, x: np.ndarray) -> tuple[list[str], int]:
    """The targets that belong to the tokens of a sequence, and its lag, read symbol by symbol."""
    tokens = [task.input_names[token] for token in x]
    data, rest = tokens[: task.copied], tokens[task.copied :]
    assert not {"-", "?"} & set(data)
    lag = rest.index("?") + 1
    assert set(rest[: lag - 1]) <= {"-"}
    blanks = len(rest) - lag - task.copied
    return ["-"] * (task.copied + lag) + data + ["-"] * blanks, lag


@pytest.mark.parametrize("marker", ["once", "held"])
@given(**SIZES)
def test_copy_gives_the_symbols_after_the_lag(marker, length, symbols, copied, seed):
    task = Copy(length=length, symbols=symbols, copied=copied, marker=marker)
    x, y, *_ = task.batch("train", seed, 0, 20)
    for row, target in zip(x, y, strict=True):
        expected, lag = read(task, row)
        assert lag == length
        assert [task.target_names[c] for c in target] == expected
        after = {task.input_names[token] for token in row[copied + lag :]}
        assert after == ({"-"} if marker == "once" else {"?"})


@given(**SIZES)
def test_variable_copy_gives_the_symbols_after_the_marker(length, symbols, copied, seed):
    task = VariableCopy(length=length, symbols=symbols, copied=copied)
    x, y, _, lags = task.batch("train", seed, 0, 20)
    for row, target, lag in zip(x, y, lags, strict=True):
        expected, found = read(task, row)
        assert found == lag
        assert [task.target_names[c] for c in target] == expected
        assert {task.input_names[token] for token in row[copied + lag :]} == {"-"}


def test_every_lag_is_equally_likely():
    number, length = 10_000, 5
    lags = VariableCopy(length=length).batch("train", 0, 0, number).slices
    shares = np.bincount(lags, minlength=length + 1)[1:] / number
    assert shares.sum() == 1
    assert (abs(shares - 1 / length) < 4 * np.sqrt(1 / length / number)).all()


def test_the_score_of_a_guess_without_memory_is_that_of_one_which_reads_the_marker():
    task = VariableCopy()
    y = task.batch("test", 0, 0, 100).y
    probability = np.where(y == task.symbols, 1, 1 / task.symbols)
    assert task.guesses["without memory"] == pytest.approx(-np.log(probability).mean())


def test_the_baseline_of_copy_is_that_of_the_length_of_the_test():
    assert Copy(length=10, test_length=30).baseline == Copy(length=30).baseline
