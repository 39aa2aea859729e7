"""A launcher's process ends with the sweep that started it."""

import os
import signal
import subprocess
import sys
import time

from tests.command import environment

# A parent that starts a child, which calls `exit_with_parent`, prints its id, and waits.
PARENT = """
import os, subprocess, sys, time
child = "import os, time; from rnnexp.sweeps.orphans import exit_with_parent; "
child += f"exit_with_parent({PARENT_ID}); print('ready', flush=True); time.sleep(60)"
process = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE, text=True)
process.stdout.readline()
print(process.pid, flush=True)
time.sleep(60)
"""


def started(parent_id):
    text = PARENT.replace("{PARENT_ID}", parent_id)
    parent = subprocess.Popen(
        [sys.executable, "-c", text], env=environment(), stdout=subprocess.PIPE, text=True
    )
    return parent, int(parent.stdout.readline())


def is_running(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_ends_when_its_parent_is_killed():
    parent, child = started("{os.getpid()}")
    time.sleep(1)
    assert is_running(child)
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 20
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_running(child)


def test_a_process_with_another_parent_runs_on():
    parent, child = started("1234567")
    parent.kill()
    parent.communicate()
    time.sleep(1.5)
    assert is_running(child)
    os.kill(child, signal.SIGKILL)
