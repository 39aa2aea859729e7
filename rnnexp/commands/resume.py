"""The command `rnnexp resume DIR`: go on with an interrupted or killed run."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from rnnexp.commands.train import resume_sweep
from rnnexp.config.check import check
from rnnexp.config.errors import UserError, misspelt
from rnnexp.config.trust import granted, listed
from rnnexp.console.messages import closing, interrupted, opening
from rnnexp.console.signals import terminable
from rnnexp.console.startup import import_tensorflow, need_tensorflow
from rnnexp.runs.folder import SWEEP
from rnnexp.runs.lock import claimed
from rnnexp.runs.saved import read_config


def resume(arguments: list[str]) -> int:
    """Do what `rnnexp resume *arguments` says; return 1 where jobs of a sweep failed, else 0.

    Raises UserError for a folder with no unfinished run in it, KeyboardInterrupt for SIGINT and
    SIGTERM.
    """
    asked = _parse(arguments)
    need_tensorflow()
    folder = Path(asked.folder)
    with granted([module for text in asked.trust for module in listed(text)]):
        if (folder / SWEEP).exists():
            return resume_sweep(folder, asked.again)
        _resume_run(folder, asked.again)
    return 0


def _resume_run(folder: Path, again: bool) -> None:
    config = read_config(folder)
    experiment = check(config)
    with claimed(folder, experiment.config, again):
        pass  # what is to be refused is refused at once, before TensorFlow is imported
    print(opening(experiment), flush=True)
    try:
        with terminable():
            import_tensorflow()
            from rnnexp.training.run import run

            summary = run(config, folder, progress=True, again=again)
    except KeyboardInterrupt:
        print(f"\n{interrupted(folder)}", file=sys.stderr)
        raise
    print(closing(summary, folder), flush=True)


def _parse(arguments: list[str]) -> Any:
    parser = ArgumentParser(
        "rnnexp resume",
        description="Go on with an interrupted or killed run or sweep, in its folder.",
    )
    parser.add_argument("folder", metavar="DIR", help="the folder of the run or sweep")
    parser.add_argument("--again", action="store_true", help="failed ones, too")
    parser.add_argument(
        "--trust",
        metavar="MODULE",
        action="append",
        default=[],
        help="a module whose code the run may name: what its files say grants none",
    )
    parser.error = _refuse  # type: ignore[method-assign]
    return parser.parse_args(arguments)


def _refuse(message: str) -> Any:
    told = misspelt(message, ("--again", "--help", "--traceback"))
    raise UserError(f"{told}; expected: rnnexp resume DIR")
