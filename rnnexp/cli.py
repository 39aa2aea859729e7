"""The command `rnnexp`: calls the subcommand and returns its exit code.

0: done. 1: jobs of a sweep failed, as its table says, or rnnexp has a bug: a traceback.
2: a mistake of the user, or a run that failed; one line says which. 130: interrupted.
"""

import os
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import NoReturn

import rnnexp
from rnnexp.console.streams import keep_streams_writable, write_failure

_HELP = """\
rnnexp: how far back can a recurrent unit learn, and what do its gates do about it?

  rnnexp train              train a GRU on handwritten digits, in about a minute
  rnnexp resume DIR         continue an interrupted or killed run, or a sweep
  rnnexp train --help       every model, task and value that can be chosen
  rnnexp report DIR…        a page, figures and tables of all runs below some folders
  rnnexp paper [ROW]        published results, and what the same experiment gives here
  rnnexp explain UNIT       what a unit computes: equations, gates, weights, memory, cost
  rnnexp bench              how fast the layers are here, beside Keras's and PyTorch's

  rnnexp --version          the version
  rnnexp COMMAND --traceback …   show where a mistake was noticed
"""


def entry_point() -> NoReturn:
    """Run `main` as a process, which ends with its exit code."""
    _drop_current_folder()
    keep_streams_writable()
    warnings.formatwarning = _format_warning
    code = main()
    sys.stdout.flush()
    failure = write_failure()
    if failure:
        print(f"rnnexp: stdout cannot be written: {failure}", file=sys.stderr)
        code = code or 2
    if "tensorflow" in sys.modules:
        # Everything is written and closed by now, and TensorFlow takes up to a second to shut down,
        # mostly waiting for idle threads.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _drop_current_folder() -> None:
    """Take the current folder out of sys.path, into which `python -m` puts it.

    A json.py in it may be anybody's. A folder that PYTHONPATH names stays.
    """
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    named = [path for path in named if os.path.isabs(path)]
    os.environ |= {
        "PYTHONPATH": os.pathsep.join(named),
        "PYTHONSAFEPATH": "1",
    }  # child processes too
    wanted = {os.path.realpath(path) for path in named}
    wanted.add(os.path.realpath(os.path.dirname(os.path.dirname(rnnexp.__file__))))
    try:
        here = os.path.realpath(os.curdir)
    except OSError:  # it was removed
        sys.path[:] = [path for path in sys.path if os.path.isabs(path)]
        return
    sys.path[:] = [p for p in sys.path if here in wanted or os.path.realpath(p) != here]


def _format_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,
) -> str:
    """Return a warning in one line, without the place in the code that issued it."""
    return f"rnnexp: {' '.join(str(message).split())}\n"


def main(arguments: list[str] | None = None) -> int:
    """Run `rnnexp *arguments`, those of the command line if None, and return the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    show = "--traceback" in arguments
    arguments = [argument for argument in arguments if argument != "--traceback"]
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_HELP, end="")
        return 0
    if arguments[0] == "--version":
        print(f"rnnexp {rnnexp.__version__}")
        return 0
    return _run(arguments[0], arguments[1:], show)


def _run(command: str, arguments: list[str], show_traceback: bool) -> int:
    from rnnexp.config.errors import UserError

    try:
        function = function_of(command)
        _check_current_folder()
        return function(arguments) or 0
    except KeyboardInterrupt:
        return 130
    except UserError as error:
        if show_traceback:
            traceback.print_exc()
        print(f"rnnexp: {_one_line(str(error))}", file=sys.stderr)
        return 2


def _check_current_folder() -> None:
    from rnnexp.config.errors import UserError

    try:
        os.getcwd()
    except OSError as error:
        raise UserError(
            f"the current folder: {error.strerror}; it was removed, go to another one"
        ) from error


def _one_line(text: str) -> str:
    """Escape what a terminal would obey, which the name of a file may hold."""
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return "".join(shown)


def function_of(command: str) -> Callable[[list[str]], int | None]:
    """Return the function of a subcommand, imported only when it is needed."""
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
        from rnnexp.commands.report import report

        return report
    if command == "explain":
        from rnnexp.commands.explain import explain

        return explain
    if command == "paper":
        from rnnexp.commands.paper import paper

        return paper
    from rnnexp.config.errors import UserError, suggest

    known = ["bench", "explain", "paper", "report", "resume", "train"]
    raise UserError(f"{command}: there is no such command; {suggest(command, known)}")


if __name__ == "__main__":
    entry_point()
