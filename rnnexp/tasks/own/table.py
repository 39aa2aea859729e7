"""A table of one's own, from a text file of comma-separated values."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

from rnnexp.tasks.checks import (
    check_at_least,
    check_between,
    check_one_of,
    check_text,
    check_text_or_none,
)
from rnnexp.tasks.data_file import check_path, store_file
from rnnexp.tasks.own.own_data import OwnData
from rnnexp.tasks.own.prepared import Prepared
from rnnexp.tasks.own.table_columns import DECIMALS
from rnnexp.tasks.own.table_features import MISSING_RULES
from rnnexp.tasks.own.table_reading import prepared_table
from rnnexp.tasks.own.table_target import TARGET_KINDS
from rnnexp.tasks.own.text_table import ENCODINGS


@dataclass(frozen=True)
class Table(OwnData):
    """The rows of a file of comma-separated values: read some rows, predict a column.

    An example reads `length` successive rows, and its target is a cell `horizon` rows after the
    last of them. With the file

        time,temperature,weather
        2024-03-01 00:00,4.5,rain
        2024-03-01 01:00,4.1,rain
        2024-03-01 02:00,3.8,dry
        2024-03-01 03:00,3.9,dry

    and date=time, target=temperature, length=2 and horizon=1, the first example reads the
    temperature and the weather at 0 and 1 o'clock, and its target is the temperature at 2 o'clock.

    The inputs x are (N, T, D) float32. A column of numbers is scaled so that the training rows have
    mean 0 and variance 1. A column of texts becomes one number per category of the training rows,
    1 or 0. The targets y are (N, 1) float32, scaled in the same way, so that the score is in units
    of the variance of the training rows; or, if the target column holds texts, (N,) int32 classes.

    Splits: the last rows are the test and those before them the validation. The inputs of a split
    may reach back into an earlier split, because the past is known when a forecast is made; the
    targets never do. So no training example contains a target of validation or test.

    Gaps: if `date` names a column, the rows are ordered by it, and no example contains a gap, which
    is a time between two rows of more than one and a half times the most frequent one.

    Series: if `group` names a column, the rows with the same text in it are a series of their own,
    and no example contains rows of two series. With whole_series=true, every series is one example,
    padded to `length` rows, whose target is the same in all its rows; the series are divided at
    random with a fixed seed.

    Source: the owner of the file.

    Baseline: the test score of the most frequent class, or of the mean, of the training targets.

    Args:
        path: The file. Its first line names the columns. A relative path starts from the current
            folder; it is stored as an absolute one.
        columns: The columns to read. Empty: all that have a name, except `date` and `group`, and
            except the target if it would tell the answer (horizon=0 or whole_series=true).
        target: The column to predict.
        target_kind: "class" or "numbers"; "auto" makes texts classes, and numbers numbers.
        length: The number of rows T that an example reads, at least 1; with whole_series=true, the
            largest number of rows of a series.
        horizon: How many rows after the last of these the target is. 0: in the last row itself.
        date: The column of dates; None if the rows are in order and complete.
        date_format: How dates are written, as in `datetime.strptime`. None for 2024-03-31,
            2024-03-31 23:59 and 31.03.2024.
        largest_gap: The longest time between two rows that is no gap, such as "3 days". None for
            one and a half times the most frequent time.
        group: The column that tells series apart; None if all rows are one series.
        whole_series: Whether an example is a whole series.
        missing: What happens to an empty cell (or na, n/a, nan, null). "refuse" is an error.
            "skip" leaves out the examples that would contain it. "previous" reads the value before
            it in the same series; a target is never filled in.
        separator: What stands between two cells. None for the one of , ; tab and | that the first
            line has most often.
        decimal: "." or ",", the decimal separator of numbers.
        encoding: That of the file.
        validation_share: The share of the rows that belongs to validation, from 0 to 1.
        test_share: The share of the rows that belongs to the test, from 0 to 1.
        threshold: The score at which the task counts as solved; None if there is none.
        checksum: The first digits of the SHA-256 of the file. None takes any file and stores its
            checksum, so that a run is not resumed with other data.
    """

    needs: ClassVar[str] = "a .csv file"

    path: str = ""
    columns: list[str] = field(default_factory=list)
    target: str = ""
    target_kind: str = "auto"
    length: int = 20
    horizon: int = 1
    date: str | None = None
    date_format: str | None = None
    largest_gap: str | None = None
    group: str | None = None
    whole_series: bool = False
    missing: str = "refuse"
    separator: str | None = None
    decimal: str = "."
    encoding: str = "utf-8"
    validation_share: float = 0.15
    test_share: float = 0.15
    threshold: float | None = None
    checksum: str | None = None

    def __post_init__(self) -> None:
        """Reads the file.

        Raises:
            ValueError: A field is out of its range, or the file does not fit.
            OSError: There is no such file.
        """
        check_path(self, "measurements.csv")
        check_one_of(self, "target_kind", TARGET_KINDS)
        check_at_least(self, "length", 1)
        check_at_least(self, "horizon", 0)
        check_one_of(self, "whole_series", (False, True))
        check_one_of(self, "missing", MISSING_RULES)
        check_one_of(self, "decimal", DECIMALS)
        check_one_of(self, "encoding", ENCODINGS)
        _check_texts(self)
        _check_shares(self)
        store_file(self, "measurements.csv")
        self.prepared()

    def __hash__(self) -> int:
        """The list of columns has no hash, so two tables that differ in it share one."""
        return hash((self.path, self.target, self.length, self.horizon, self.checksum))

    def prepared(self) -> Prepared:
        """Returns the examples of the file; see `OwnData.prepared`."""
        return _prepared(self)


def _check_texts(task: Table) -> None:
    check_text(task, "target", "temperature")
    check_text_or_none(task, "date", "time")
    check_text_or_none(task, "date_format", "%d/%m/%Y")
    check_text_or_none(task, "largest_gap", "'3 days'")
    check_text_or_none(task, "group", "station")
    check_text_or_none(task, "separator", "';'")
    if task.separator is not None and len(task.separator) != 1:
        raise ValueError(
            f"separator of Table is {task.separator!r}, expected one character: set for instance "
            "separator=';', or null to find it"
        )
    if not isinstance(task.columns, list) or not all(isinstance(c, str) for c in task.columns):
        raise ValueError(
            f"columns of Table is {task.columns!r}, expected a list of names: set for instance "
            "columns=[temperature,weather]"
        )
    if task.largest_gap is not None and task.date is None:
        raise ValueError(
            f"largest_gap of Table is {task.largest_gap!r} without a date, expected the column of "
            "dates too: set for instance date=time"
        )
    if task.whole_series and task.group is None:
        raise ValueError(
            "group of Table is None with whole_series=true, expected the column that tells series "
            "apart: set for instance group=station"
        )


def _check_shares(task: Table) -> None:
    check_between(task, "validation_share", 0, 1)
    check_between(task, "test_share", 0, 1)
    if task.validation_share + task.test_share >= 1:
        raise ValueError(
            f"test_share of Table is {task.test_share!r} beside "
            f"validation_share={task.validation_share!r}, expected less than 1 together: set for "
            "instance test_share=0.15"
        )


@lru_cache(maxsize=4)
def _prepared(task: Table) -> Prepared:
    try:
        return prepared_table(task)
    except ValueError as error:
        raise ValueError(f"{task.path}: {error}") from error
