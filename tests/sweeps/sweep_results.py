"""Reading the results in the folder of a sweep."""

import csv
import json


def ran(home):
    """The folder and the summary of every job in the folder `home`, in order."""
    jobs = [(p.parent, json.loads(p.read_text())) for p in home.glob("*/summary.json")]
    return sorted(jobs, key=lambda job: int(job[0].name.partition("_")[0]))


def rows(job):
    """The rows of metrics.csv in the folder `job`, without the seconds."""
    with (job / "metrics.csv").open(newline="") as file:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]
