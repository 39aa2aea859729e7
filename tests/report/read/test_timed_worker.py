"""What hangs or crashes is given up, and what comes after it is done."""

import os
import signal
import time

import pytest

from rnnexp.report.read.timed_worker import Apart


def test_what_it_returns_and_raises():
    with Apart() as apart:
        assert apart(divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            apart(divmod, 7, 0)
        assert apart(os.getpid) != os.getpid()


def crash():
    os.kill(os.getpid(), signal.SIGKILL)


def sleep():
    time.sleep(60)


@pytest.mark.parametrize("function", [sleep, crash])
def test_what_never_ends_or_dies_is_given_up(function):
    begun = time.monotonic()
    with Apart(0.5) as apart:
        with pytest.raises(TimeoutError, match="not read within"):
            apart(function)
        assert apart(divmod, 7, 2) == (3, 1)
    assert time.monotonic() - begun < 20
