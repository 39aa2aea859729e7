"""The command `rnnexp train`: check every job, hand them to Hydra, tell how they ended."""

import os
import sys
from pathlib import Path
from typing import Any

import hydra
from hydra._internal.utils import get_args_parser
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from rnnexp.experiment import sweep
from rnnexp.experiment.chatter import import_tensorflow
from rnnexp.experiment.check import check
from rnnexp.experiment.closing import closing, opening, short
from rnnexp.experiment.compose import compose, conf_folder, grid, mistakes
from rnnexp.experiment.errors import UserError
from rnnexp.experiment.folder import discard_empty, unwritable
from rnnexp.experiment.schema import register
from rnnexp.experiment.signals import terminable

# What stopped the one job of a run: raised through Hydra, it would come with lines of Hydra's own.
_stopped: list[Exception] = []


def train(arguments: list[str]) -> None:
    """Do what `rnnexp train *arguments` says.

    Raises UserError for a mistake, before anything is made on the disk where it can be known
    before; KeyboardInterrupt for SIGINT and SIGTERM; what a job raised.
    """
    _check_all(arguments)
    register()
    # Hydra would print an error at its own length and leave; so it hands it on.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = ["rnnexp train", *arguments]
    main = hydra.main(version_base="1.3", config_path=str(conf_folder()), config_name="config")
    try:
        with terminable(), mistakes():
            main(_job)()
    except OSError as error:
        raise unwritable(error, "outputs") from error
    finally:
        if sweep.folder:
            print(f"\n{sweep.table(sweep.folder)}")
            sweep.folder = None
    if _stopped:
        raise _stopped.pop()


def _check_all(arguments: list[str]) -> None:
    """Compose and check every job, so that a mistake in the last one is known before the first."""
    parser = get_args_parser()
    parser.error = _refuse  # type: ignore[method-assign]
    args = parser.parse_args(arguments)
    if (
        args.help
        or args.hydra_help
        or args.shell_completion
        or args.config_path
        or args.config_name
    ):
        return  # nothing to run, or another config than ours: its jobs are checked as they start
    for overrides in grid(args.overrides) if args.multirun else [args.overrides]:
        check(compose(overrides, args.config_dir))


def _refuse(message: str) -> Any:
    unread = message.removeprefix("unrecognized arguments: ")
    if unread != message and not unread.startswith("-"):
        raise UserError(
            f"{unread}: expected flags such as -m before every key=value, got one between"
        )
    raise UserError(f"{message}; `rnnexp train --help` shows what can be said")


def _job(cfg: DictConfig) -> float | None:
    """One job, in the folder that Hydra has made; returns the score, for sweepers that want it."""
    conf = HydraConfig.get()
    folder = Path(conf.runtime.output_dir)
    one_of_many = conf.mode is RunMode.MULTIRUN
    print(f"\n{folder.name}" if one_of_many else opening(check(cfg)), flush=True)
    try:
        import_tensorflow()
        from rnnexp.experiment.run import run

        summary = run(cfg, folder, progress=True)
    except KeyboardInterrupt:
        begun = folder.exists() and any(folder.iterdir())
        where = f"what was done so far is in {short(folder)}" if begun else "nothing was written"
        discard_empty(folder)
        print(f"\ninterrupted: {where}", file=sys.stderr)
        raise
    except Exception as error:
        if one_of_many:
            print(f"{folder.name}: {error}", file=sys.stderr)
            # Hydra raises it again after the last job; it must not pass for one of Hydra there.
            told = f"{folder.name}: {type(error).__name__}: {error}"
            raise error if isinstance(error, UserError) else RuntimeError(told) from error
        _stopped.append(error)
        return None
    print(closing(summary, folder), flush=True)
    return float(summary["score"])
