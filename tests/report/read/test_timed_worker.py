"""What hangs or crashes is given up, and what comes after it is done."""

import os
import signal
import time

import pytest

from rnnexp.report.read.timed_worker import TimedWorker


def test_what_it_returns_and_raises():
    with TimedWorker() as worker:
        assert worker(divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            worker(divmod, 7, 0)
        assert worker(os.getpid) != os.getpid()


def crash():
    os.kill(os.getpid(), signal.SIGKILL)


def sleep():
    time.sleep(60)


@pytest.mark.parametrize("function", [sleep, crash])
def test_what_never_ends_or_dies_is_given_up(function):
    begun = time.monotonic()
    with TimedWorker(0.5) as worker:
        with pytest.raises(TimeoutError, match="not read within"):
            worker(function)
        assert worker(divmod, 7, 2) == (3, 1)
    assert time.monotonic() - begun < 20
