"""The command `rnnexp` as a process of its own, as a person starts it."""

import os
import subprocess
import sys
from pathlib import Path

import rnnexp

RNNEXP = [sys.executable, "-m", "rnnexp.cli"]
TINY = ["task.order=row", "model.units=4", "trainer.steps=3"]


def environment():
    """This one, with the source tree found from every folder."""
    paths = [str(Path(rnnexp.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def command(*arguments, cwd):
    """What `rnnexp *arguments` did in the folder `cwd`."""
    return subprocess.run(
        [*RNNEXP, *arguments], cwd=cwd, env=environment(), capture_output=True, text=True
    )


def summaries(folder):
    """The summary.json of every run that was made in `folder`."""
    return sorted(folder.glob("outputs/**/summary.json"))
