"""stdout and stderr that never make a command fail: closed, full, ASCII only, or unread."""

import io
import os
import sys
from typing import Any


def keep_streams_writable() -> None:
    """Let the command continue whatever happens to its output.

    That covers a reader that has ended, as in `rnnexp train | head -1`; a closed stdin, stdout or
    stderr; a terminal without some letters; and a disk that is full, which `write_failure` reports.
    """
    for number in (0, 1, 2):
        _open(number)
    sys.stdout, sys.stderr = _Stream(sys.stdout, 1), _Stream(sys.stderr, 2)


def write_failure() -> str | None:
    """Return why some output could not be written to stdout; None if all of it was."""
    file = sys.stdout.file if isinstance(sys.stdout, _Stream) else None
    return file.failure if file else None


def _open(number: int) -> None:
    """Open a closed file descriptor, which the next file to be opened would otherwise get."""
    try:
        os.fstat(number)
    except OSError:
        null = os.open(os.devnull, os.O_RDWR)
        if null != number:
            os.dup2(null, number)
            os.close(null)


class _Stream(io.TextIOWrapper):
    """Writes to the file of another stream; what cannot be written is dropped."""

    def __init__(self, stream: Any, number: int) -> None:
        self.file = _TolerantFile(stream.fileno() if stream else number, "w", closefd=False)
        unbuffered = bool(stream and stream.write_through)
        super().__init__(
            self.file if unbuffered else io.BufferedWriter(self.file),
            stream.encoding if stream else "utf-8",
            "backslashreplace",
            line_buffering=bool(stream and stream.line_buffering),
            write_through=unbuffered,
        )


class _TolerantFile(io.FileIO):
    failure: str | None = None
    """Why something could not be written, other than that its reader has ended."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)
        except OSError as error:
            self.failure = error.strerror
            return len(data)
