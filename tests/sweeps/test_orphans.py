"""A launcher's process ends with the sweep that has started it."""

import os
import signal
import subprocess
import sys
import time

from tests.command import environment

# A parent that starts what `end_with` is called in, says its id, and waits for ever.
PARENT = """
import os, subprocess, sys, time
child = "import os, time; from rnnexp.sweeps.orphans import end_with; "
child += f"end_with({SAID}); print('ready', flush=True); time.sleep(60)"
process = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE, text=True)
process.stdout.readline()
print(process.pid, flush=True)
time.sleep(60)
"""


def started(said):
    text = PARENT.replace("{SAID}", said)
    parent = subprocess.Popen(
        [sys.executable, "-c", text], env=environment(), stdout=subprocess.PIPE, text=True
    )
    return parent, int(parent.stdout.readline())


def is_there(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_ends_with_the_killed_one_that_has_started_it():
    parent, child = started("{os.getpid()}")
    time.sleep(1)
    assert is_there(child)
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 20
    while is_there(child) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_there(child)


def test_a_process_that_the_sweep_has_not_started_goes_on():
    parent, child = started("1234567")
    parent.kill()
    parent.communicate()
    time.sleep(1.5)
    assert is_there(child)
    os.kill(child, signal.SIGKILL)
