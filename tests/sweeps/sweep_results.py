"""Reading what a sweep has left in its folder."""

import csv
import json


def ran(home):
    """The jobs in the folder `home`, each with its summary, in order."""
    found = [(p.parent, json.loads(p.read_text())) for p in home.glob("*/summary.json")]
    return sorted(found, key=lambda job: int(job[0].name.partition("_")[0]))


def rows(job):
    """The rows of metrics.csv in the folder `job`, but for the seconds."""
    with (job / "metrics.csv").open(newline="") as file:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]
