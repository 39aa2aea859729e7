"""What a sweep leaves behind: the folder it went to, and a table of its jobs."""

import json
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback
from omegaconf import DictConfig

from rnnexp.experiment.folder import SUMMARY

folder: Path | None = None
"""Where the sweep of this process puts its jobs, once it has begun."""


class RememberFolder(Callback):
    """Keeps the folder of the sweep, which Hydra tells to nobody after the last job."""

    def on_multirun_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Called by Hydra before the first job."""
        global folder
        folder = Path(config.hydra.sweep.dir)


def table(folder: Path) -> str:
    """A line for every job under `folder`, in the order in which they were started."""
    found = [(job.parent.name, json.loads(job.read_text())) for job in folder.glob(f"*/{SUMMARY}")]
    found.sort(key=lambda job: int(job[0].partition("_")[0]))
    if not found:
        return ""
    width = max(len(name) for name, _ in found)
    lines = [f"{'job':{width}}  {'state':11}  {'score':>8}  {'steps to solve':>14}  {'seconds':>7}"]
    for name, job in found:
        score = "" if job["score"] is None else f"{job['score']:.4g}"
        seconds = "" if job["seconds"] is None else f"{job['seconds']:.0f}"
        solved = job["steps_to_solve"] or ""
        lines.append(f"{name:{width}}  {job['state']:11}  {score:>8}  {solved:>14}  {seconds:>7}")
    return "\n".join(lines)
