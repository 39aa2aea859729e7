"""The command `rnnexp resume DIR`: continue an interrupted or killed run, or a sweep."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from rnnexp.commands.sweep import arguments_to_resume
from rnnexp.commands.train import train
from rnnexp.config.check import check
from rnnexp.config.errors import UserError, suggest_flag
from rnnexp.config.trust import granted, parse_modules
from rnnexp.console.messages import end_message, interrupted_message, start_message
from rnnexp.console.signals import sigterm_as_interrupt
from rnnexp.console.startup import import_tensorflow, require_tensorflow_backend
from rnnexp.runs.folder import SWEEP
from rnnexp.runs.lock import run_lock
from rnnexp.runs.saved_config import read_config


def resume(arguments: list[str]) -> int:
    """Run `rnnexp resume *arguments`.

    Returns:
        1 if jobs of a sweep failed, else 0.

    Raises:
        UserError: For a folder without an unfinished run, and for a run that failed.
        KeyboardInterrupt: After SIGINT or SIGTERM.
    """
    asked = parse(arguments)
    require_tensorflow_backend()
    folder = Path(asked.folder)
    with granted([module for text in asked.trust for module in parse_modules(text)]):
        if (folder / SWEEP).exists():
            return train(arguments_to_resume(folder, asked.again))
        _resume_run(folder, asked.again)
    return 0


def parse(arguments: list[str]) -> Namespace:
    """Parse the arguments of `rnnexp resume`.

    Raises:
        UserError: For an unknown flag, and for more or fewer than one folder.
    """
    parser = ArgumentParser(
        "rnnexp resume",
        description="Continue an interrupted or killed run or sweep, in its folder.",
    )
    parser.add_argument("folder", metavar="DIR", help="the folder of the run or sweep")
    parser.add_argument("--again", action="store_true", help="continue failed ones, too")
    parser.add_argument(
        "--trust",
        metavar="MODULE",
        action="append",
        default=[],
        help="a module whose code the run may use; its files cannot grant that",
    )
    parser.error = _refuse  # type: ignore[method-assign]
    return parser.parse_args(arguments)


def _resume_run(folder: Path, again: bool) -> None:
    experiment = check(read_config(folder))
    with run_lock(folder, experiment, again):
        pass  # refuses at once what could not be resumed, before TensorFlow is imported
    print(start_message(experiment), flush=True)
    try:
        with sigterm_as_interrupt():
            import_tensorflow()
            from rnnexp.training.run import run

            summary = run(experiment, folder, progress=True, again=again)
    except KeyboardInterrupt:
        print(f"\n{interrupted_message(folder)}", file=sys.stderr)
        raise
    print(end_message(summary, folder), flush=True)


def _refuse(message: str) -> Any:
    flags = ("--again", "--help", "--traceback", "--trust")
    raise UserError(f"{suggest_flag(message, flags)}; expected: rnnexp resume DIR")
