"""A table of a German spreadsheet: every error leads to the next setting, and to a run."""

import numpy as np
import pandas
import pytest

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.training.run import run

SMALL = ["model.units=4", "callbacks=none", "trainer.steps=3", "trainer.validate_every=3"]
SETTINGS = [
    ("task.target=Verbrauch", "target of Table is '', expected a text"),
    ('task.decimal=","', "column Verbrauch has numbers such as '.*', .* set decimal='\",\"'"),
    ("task.date=Datum", "column Datum has dates such as '01.01.2023', .* set date=Datum"),
    ("task.missing=previous", "line 59, column Temperatur: the cell is empty, .*missing=previous"),
]
"""Each setting with the error that asks for it."""


@pytest.fixture
def power(tmp_path):
    """A file with dates, a gap, a text column, an empty cell and an index without a name."""
    rng, days = np.random.default_rng(0), pandas.date_range("2023-01-01", periods=300)
    table = pandas.DataFrame(
        {
            "Datum": days.strftime("%d.%m.%Y"),
            "Verbrauch": rng.normal(1200, 50, 300).round(2),
            "Temperatur": rng.normal(10, 5, 300).round(1),
            "Wetter": rng.choice(["Sonne", "Regen", "Wolken"], 300),
        }
    )
    table.loc[57, "Temperatur"] = np.nan
    table.drop(index=range(120, 127)).to_csv(tmp_path / "power.csv", sep=";", decimal=",")
    return tmp_path / "power.csv"


def test_every_error_leads_to_the_next_setting_and_to_a_run(power, tmp_path):
    asked = ["task=csv", f"task.path={power}", *SMALL]
    for setting, expected in SETTINGS:
        with pytest.raises(UserError, match=expected):
            check(compose(asked))
        asked.append(setting)
    task = check(compose(asked)).task
    assert list(task.input_names) == [
        *("Verbrauch", "Temperatur", "Wetter=Regen", "Wetter=Sonne", "Wetter=Wolken")
    ]
    told = " ".join(task.notes)
    assert "column 1 has no name and is left out" in told
    assert "1 gap in the dates" in told and "between line 121 and line 122" in told
    summary = run(compose(asked), tmp_path / "run")
    assert (summary.state, summary.steps) == ("completed", 3)
