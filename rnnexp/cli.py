"""The command `rnnexp`: finds the subcommand, turns how it ends into an exit code.

0: done. 1: jobs of a sweep failed, as its table says; or a bug of rnnexp's own: a traceback.
2: a mistake in what was asked, or a run that broke off; one line says which. 130: interrupted.
"""

import os
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import NoReturn

import rnnexp
from rnnexp.console.streams import outlive_readers, unwritten

_HELP = """\
rnnexp: how far back can a recurrent unit learn, and what do its gates do about it?

  rnnexp train              train a GRU on handwritten digits, in about a minute
  rnnexp resume DIR         go on with an interrupted or killed run, or sweep
  rnnexp train --help       every model, task and value that can be chosen
  rnnexp report DIR…        a page, figures and tables of all runs below some folders
  rnnexp bench              how fast the layers are here, beside Keras's and PyTorch's

  rnnexp --version          the version
  rnnexp COMMAND --traceback …   show where a mistake was noticed
"""


def entry_point() -> NoReturn:
    """`main` as a process, which ends with its exit code."""
    _look_nowhere_near()
    outlive_readers()
    warnings.formatwarning = _in_a_line
    code = main()
    sys.stdout.flush()
    trouble = unwritten()
    if trouble:
        print(f"rnnexp: stdout cannot be written: {trouble}", file=sys.stderr)
        code = code or 2
    if "tensorflow" in sys.modules:
        # Everything is written and closed by now, and TensorFlow takes up to a second to take
        # itself apart, most of it waiting for threads that sleep.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _look_nowhere_near() -> None:
    """Import nothing from the current folder, as `python -m` and an empty PYTHONPATH would.

    A json.py in it may be anybody's. Where PYTHONPATH names the folder, it is wanted.
    """
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    named = [path for path in named if os.path.isabs(path)]
    os.environ |= {"PYTHONPATH": os.pathsep.join(named), "PYTHONSAFEPATH": "1"}  # of processes, too
    wanted = {os.path.realpath(path) for path in named}
    wanted.add(os.path.realpath(os.path.dirname(os.path.dirname(rnnexp.__file__))))
    try:
        here = os.path.realpath(os.curdir)
    except OSError:  # it was removed, and nothing can be imported from it
        sys.path[:] = [path for path in sys.path if os.path.isabs(path)]
        return
    sys.path[:] = [p for p in sys.path if here in wanted or os.path.realpath(p) != here]


def _in_a_line(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,
) -> str:
    """A warning as a terminal shows it: where in the code it was noticed helps nobody there."""
    return f"rnnexp: {' '.join(str(message).split())}\n"


def main(arguments: list[str] | None = None) -> int:
    """Run `rnnexp *arguments` (the command line's when None); return the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    show = "--traceback" in arguments
    arguments = [argument for argument in arguments if argument != "--traceback"]
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_HELP, end="")
        return 0
    if arguments[0] == "--version":
        print(f"rnnexp {rnnexp.__version__}")
        return 0
    return _guarded(arguments[0], arguments[1:], show)


def _guarded(command: str, arguments: list[str], show: bool) -> int:
    from rnnexp.config.errors import UserError

    try:
        found = _find(command)
        _check_place()
        return found(arguments) or 0
    except KeyboardInterrupt:
        return 130
    except UserError as error:
        if show:
            traceback.print_exc()
        print(f"rnnexp: {_one_line(str(error))}", file=sys.stderr)
        return 2


def _check_place() -> None:
    from rnnexp.config.errors import UserError

    try:
        os.getcwd()
    except OSError as error:
        raise UserError(
            f"the current folder: {error.strerror}; it was removed, go to another one"
        ) from error


def _one_line(text: str) -> str:
    """What would act on a terminal, a name from a file may hold it, as Python writes it."""
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return "".join(shown)


def _find(command: str) -> Callable[[list[str]], int | None]:
    """The function behind a subcommand; imported here, so that no other one waits for it."""
    if command == "train":
        from rnnexp.commands.train import train

        return train
    if command == "resume":
        from rnnexp.commands.resume import resume

        return resume
    if command == "bench":
        from rnnexp.commands.bench import bench

        return bench
    if command == "report":
        from rnnexp.report.command import report

        return report
    from rnnexp.config.errors import UserError, nearest

    known = ["bench", "report", "resume", "train"]
    raise UserError(f"{command}: there is no such command; {nearest(command, known)}")


if __name__ == "__main__":
    entry_point()
