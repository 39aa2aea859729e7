"""The command `rnnexp train`: check every job, hand them to Hydra, tell how they ended."""

import os
import shlex
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import hydra
from hydra._internal.utils import get_args_parser
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from rnnexp.config.check import check
from rnnexp.config.compose import check_overrides, compose, conf_folder, mistakes, settings
from rnnexp.config.errors import UserError, misspelt
from rnnexp.config.hydra_settings import are_unusual, check_settings
from rnnexp.config.replaced_targets import deletions
from rnnexp.config.schema import register
from rnnexp.config.trust import flags, granted, taken_out
from rnnexp.console.messages import closing, interrupted, opening, short
from rnnexp.console.signals import deferred, terminable
from rnnexp.console.startup import import_tensorflow, need_tensorflow
from rnnexp.runs.folder import discard_empty, unwritable
from rnnexp.sweeps import status, sweep
from rnnexp.sweeps.launching import launch
from rnnexp.sweeps.plan import Plan, plan
from rnnexp.sweeps.progress import show_progress
from rnnexp.sweeps.saved_overrides import check_saved_overrides
from rnnexp.sweeps.table import count_unfinished, table

_AGAIN = "--again"
_WHERE = "hydra.sweep.dir="
_FLAGS = (
    "--again --trust --multirun --config-dir --cfg --resolve --package --info --help --hydra-help"
)


def train(arguments: list[str]) -> int:
    """Do what `rnnexp train *arguments` says; return 1 where jobs of a sweep failed, else 0.

    Raises UserError for a mistake, before anything is made on the disk where it can be known
    before; KeyboardInterrupt for SIGINT and SIGTERM; what the one job of a run raised.
    """
    modules, arguments = taken_out(arguments)
    with granted(modules):
        return _train(arguments)


def _train(arguments: list[str]) -> int:
    again = _AGAIN in arguments
    arguments = [argument for argument in arguments if argument != _AGAIN]
    args = _parsed(arguments)
    check_overrides(args.overrides)
    nothing_to_run = args.help or args.hydra_help or args.shell_completion or args.cfg or args.info
    if not nothing_to_run:
        need_tensorflow()
        _check_mode(args.overrides)
    if args.config_dir or are_unusual(args.overrides):
        check_settings(settings(args.overrides, args.config_dir), args.overrides)
    if args.overrides:
        before = arguments.index(args.overrides[0])
        gone = deletions(args.overrides, args.config_dir)
        arguments[before:before], args.overrides[:0] = gone, gone
    if args.multirun and not nothing_to_run:
        return _sweep(args, again)
    if not nothing_to_run:
        check(compose(args.overrides, args.config_dir))
    _single(arguments, again)
    return 0


def resume_sweep(folder: Path, again: bool) -> int:
    """Continue the sweep in `folder`, by the command that began it; return as `train` does."""
    begun = sweep.read(folder)
    check_saved_overrides(begun.overrides, folder)
    flags = ["-m", *([f"--config-dir={begun.config_dir}"] if begun.config_dir else [])]
    flags += [_AGAIN] if again else []
    same = [override for override in begun.overrides if not override.startswith(_WHERE)]
    return train([*flags, *same, f"{_WHERE}{sweep.quoted(str(folder))}"])


def _check_mode(overrides: list[str]) -> None:
    """Raise UserError where a sweep is asked for in a way that would not plan it."""
    for override in overrides:
        if override.lstrip("+~").startswith("hydra.mode="):
            raise UserError(f"{override}: expected -m for a sweep, and nothing for one run")


def _parsed(arguments: list[str]) -> Namespace:
    parser = get_args_parser()
    parser.error = _refuse  # type: ignore[method-assign]
    args = parser.parse_args(arguments)
    for flag in ("config_path", "config_name", "experimental_rerun"):
        if getattr(args, flag):
            raise UserError(
                f"--{flag.replace('_', '-')}: expected none; add YAML files of your own with "
                "--config-dir, go on with a run by rnnexp resume"
            )
    return args


def _refuse(message: str) -> Any:
    unread = message.removeprefix("unrecognized arguments: ")
    if unread != message and not unread.startswith("-"):
        raise UserError(
            f"{unread}: expected flags such as -m before every key=value, got one between"
        )
    raise UserError(
        f"{misspelt(message, _FLAGS.split())}; `rnnexp train --help` shows what can be said"
    )


def _hydra(arguments: list[str], task: Callable[[DictConfig], Any]) -> None:
    """Let Hydra read `arguments` and call `task`, once or for each job."""
    register()
    # Hydra would print an error at its own length and leave; so it hands it on.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = ["rnnexp train", *arguments]
    main = hydra.main(version_base="1.3", config_path=str(conf_folder()), config_name="config")
    try:
        with mistakes():
            main(task)()
    except OSError as error:
        raise unwritable(error, "outputs") from error


def _single(arguments: list[str], again: bool) -> None:
    # What stopped the job: raised through Hydra, it would come with lines of Hydra's own.
    stopped: list[Exception] = []

    def task(cfg: DictConfig) -> None:
        folder = Path(HydraConfig.get().runtime.output_dir)
        print(opening(check(cfg)), flush=True)
        try:
            _run(cfg, folder, again)
        except Exception as error:
            stopped.append(error)

    with terminable():
        _hydra(arguments, task)
    if stopped:
        raise stopped.pop()


def _run(cfg: DictConfig, folder: Path, again: bool) -> None:
    try:
        import_tensorflow()
        from rnnexp.training.run import run

        summary = run(cfg, folder, progress=True, again=again)
    except KeyboardInterrupt:
        begun = folder.exists() and any(folder.iterdir())
        discard_empty(folder)
        told = interrupted(folder) if begun else "interrupted: nothing was written"
        print(f"\n{told}", file=sys.stderr)
        raise
    print(closing(summary, folder), flush=True)


def _sweep(args: Namespace, again: bool) -> int:
    planned = plan(args.overrides, args.config_dir, again)
    with planned.sweep.claimed(planned.folder):
        return _claimed_sweep(planned)


def _claimed_sweep(planned: Plan) -> int:
    stop = planned.folder / sweep.STOP
    try:
        with deferred(partial(_touch, stop)), show_progress(planned.folder, planned.sweep):
            launch(planned)
    except KeyboardInterrupt:
        _touch(stop)
    found = status.mark_silent_as_failed(status.read_summaries(planned.folder, planned.sweep.names))
    if told := table(found):
        print(f"\n{told}", flush=True)
    failed = count_unfinished(found) if found else planned.sweep.jobs or 1
    return _ended(planned, failed, stop.exists())


def _touch(stop: Path) -> None:
    with suppress(OSError):  # of a full disk; a second signal then ends the jobs
        stop.touch()


def _ended(planned: Plan, failed: int, stopped: bool) -> int:
    """Say where all is, and how to go on if there is anything left to do."""
    folder = shlex.quote(short(planned.folder))
    if stopped:
        print(f"\ninterrupted; to continue: rnnexp resume {folder}{flags()}", file=sys.stderr)
        raise KeyboardInterrupt
    print(f"\nsweep folder   {short(planned.folder)}\ncompare them   rnnexp report {folder}")
    if failed:
        folder += flags()
        told = f"{failed} of {planned.sweep.jobs or 'the'} jobs did not complete"
        print(f"\n{told}; to run them again: rnnexp resume {_AGAIN} {folder}", file=sys.stderr)
    return 1 if failed else 0
