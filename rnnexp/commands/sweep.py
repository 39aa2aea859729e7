"""A sweep, as `rnnexp train -m` and `rnnexp resume` run it from the terminal."""

import shlex
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

from rnnexp.commands.train_arguments import AGAIN, TrainArguments
from rnnexp.config.errors import UserError
from rnnexp.config.trust import trust_flags
from rnnexp.console.messages import short_path
from rnnexp.console.signals import deferred_signals
from rnnexp.runs.lock import wait_until_unlocked
from rnnexp.runs.summary import Summary
from rnnexp.sweeps import status, sweep
from rnnexp.sweeps.launching import launch
from rnnexp.sweeps.plan import Plan, plan
from rnnexp.sweeps.progress import show_progress
from rnnexp.sweeps.saved_overrides import check_saved_overrides
from rnnexp.sweeps.table import count_unfinished, table

_FOLDER = "hydra.sweep.dir="
_SECONDS_TO_SAVE = 60.0


def run_sweep(asked: TrainArguments) -> int:
    """Plan a sweep and run its jobs.

    Returns:
        1 if jobs did not complete, else 0.

    Raises:
        UserError: For a mistake in any job, before the first begins.
        KeyboardInterrupt: After SIGINT or SIGTERM, once every job was saved.
    """
    planned = plan(asked.overrides, asked.config_dir, asked.again)
    folder = shlex.quote(short_path(planned.folder))
    return run_planned(planned, "resume", folder + trust_flags())


def run_planned(planned: Plan, command: str, what: str) -> int:
    """Run the jobs of a sweep that are left.

    Args:
        planned: The sweep.
        command: The subcommand that continues it, to be shown if jobs are left.
        what: The arguments of that command.

    Returns:
        1 if jobs did not complete, else 0.

    Raises:
        UserError: For a folder that another process uses, or that holds something else.
        KeyboardInterrupt: After SIGINT or SIGTERM, once every job was saved.
    """
    with planned.sweep.claimed(planned.folder):
        return _run(planned, command, what)


def arguments_to_resume(folder: Path, again: bool) -> list[str]:
    """Return the arguments of `rnnexp train` that continue the sweep in `folder`.

    Raises:
        UserError: If there is no sweep in it, or one whose overrides are refused.
    """
    saved = sweep.read(folder)
    if saved.paper:
        own = [o for o in saved.overrides if not o.startswith(("hydra.", "hydra/"))]
        raise UserError(
            f"{folder}: expected a run or a sweep, got a row of a paper; to continue it: "
            f"rnnexp paper {shlex.join([saved.paper, *own])}"
        )
    check_saved_overrides(saved.overrides, folder)
    flags = ["-m", *([f"--config-dir={saved.config_dir}"] if saved.config_dir else [])]
    flags += [AGAIN] if again else []
    overrides = [override for override in saved.overrides if not override.startswith(_FOLDER)]
    return [*flags, *overrides, f"{_FOLDER}{sweep.quoted(str(folder))}"]


def _run(planned: Plan, command: str, what: str) -> int:
    stop = planned.folder / sweep.STOP
    try:
        with (
            deferred_signals(partial(_touch, stop)),
            show_progress(planned.folder, planned.sweep),
        ):
            launch(planned)
    except KeyboardInterrupt:
        _touch(stop)
    summaries = _final_summaries(planned)
    if lines := table(summaries):
        print(f"\n{lines}", flush=True)
    failed = count_unfinished(summaries) if summaries else planned.sweep.jobs or 1
    if stop.exists():
        print(f"\ninterrupted; to continue: rnnexp {command} {what}", file=sys.stderr)
        raise KeyboardInterrupt
    folder = short_path(planned.folder)
    print(f"\nsweep folder   {folder}\ncompare them   rnnexp report {shlex.quote(folder)}")
    if failed:
        message = f"{failed} of {planned.sweep.jobs or 'the'} jobs did not complete"
        again = f"rnnexp {command} {AGAIN} {what}"
        print(f"\n{message}; to run them again: {again}", file=sys.stderr)
    return 1 if failed else 0


def _final_summaries(planned: Plan) -> dict[Path, Summary | None]:
    """The summary of every job, once none of them is trained any more.

    A signal to all processes of a command ends a launcher's workers before their jobs have saved.
    """
    folder, names = planned.folder, planned.sweep.names
    for job, summary in status.read_summaries(folder, names).items():
        if summary and summary.state == "running":
            wait_until_unlocked(job, _SECONDS_TO_SAVE)
    return status.mark_silent_as_failed(status.read_summaries(folder, names))


def _touch(stop: Path) -> None:
    with suppress(OSError):  # the disk is full: a second signal then ends the jobs
        stop.touch()
