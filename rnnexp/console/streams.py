"""stdout and stderr that may be closed, full or plain ASCII, and whose readers may leave."""

import io
import os
import sys
from typing import Any


def outlive_readers() -> None:
    """From now on the command goes on whatever becomes of what it says.

    That is where nobody reads it any more, as of `rnnexp train | head -1`; where stdin, stdout or
    stderr are closed; where a terminal has not its letters; and where it cannot be written, of
    which `unwritten` tells.
    """
    for number in (0, 1, 2):
        _open(number)
    sys.stdout, sys.stderr = _Stream(sys.stdout, 1), _Stream(sys.stderr, 2)


def unwritten() -> str | None:
    """Why not all that was said could be written to stdout; None where it was."""
    file = sys.stdout.file if isinstance(sys.stdout, _Stream) else None
    return file.trouble if file else None


def _open(number: int) -> None:
    """Let a closed `number` lead nowhere: the next file to be opened would take its place."""
    try:
        os.fstat(number)
    except OSError:
        nowhere = os.open(os.devnull, os.O_RDWR)
        if nowhere != number:
            os.dup2(nowhere, number)
            os.close(nowhere)


class _Stream(io.TextIOWrapper):
    """Another way to the file of a `stream`; it is read, or it goes nowhere."""

    def __init__(self, stream: Any, number: int) -> None:
        self.file = _Unread(stream.fileno() if stream else number, "w", closefd=False)
        through = bool(stream and stream.write_through)  # Python unbuffered
        super().__init__(
            self.file if through else io.BufferedWriter(self.file),
            stream.encoding if stream else "utf-8",
            "backslashreplace",
            line_buffering=bool(stream and stream.line_buffering),
            write_through=through,
        )


class _Unread(io.FileIO):
    trouble: str | None = None
    """Why something could not be written, though somebody may have wanted to read it."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)
        except OSError as error:
            self.trouble = error.strerror
            return len(data)
