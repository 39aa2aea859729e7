"""A TensorBoard of one's own on a folder, asked over HTTP as its page asks."""

import json
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager

from tests.command import environment

PLUGINS = ("scalars", "histograms", "images", "text")
_PATIENCE = 120  # seconds


class Served:
    """What the process at `address` serves."""

    def __init__(self, address):
        self.address = address

    def get(self, path, posted=None, **query):
        """The bytes of an answer."""
        url = f"{self.address}data/{path}?{urllib.parse.urlencode(query)}"
        data = None if posted is None else json.dumps(posted).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return answer.read()

    def json(self, path, posted=None, **query):
        return json.loads(self.get(path, posted, **query))

    def tags(self):
        """(dashboard, run, tag) of everything that there is."""
        return {
            (plugin, run, tag)
            for plugin in PLUGINS
            for run, tags in self.json(f"plugin/{plugin}/tags").items()
            for tag in tags
        }


@contextmanager
def tensorboard(folder, python=sys.executable, env=None):
    """Starts `tensorboard --logdir folder`, waits until all of it is loaded, ends it."""
    arguments = ["--logdir", str(folder), "--host", "127.0.0.1", "--port", "0"]
    process = subprocess.Popen(
        [python, "-m", "tensorboard.main", *arguments, "--reload_interval", "1"],
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        served = Served(_address(process))
        _wait_until_loaded(served, folder)
        yield served
    finally:
        process.terminate()
        process.communicate(timeout=_PATIENCE)


def _address(process):
    told = []
    for line in process.stderr:
        told.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise AssertionError("TensorBoard ended: " + "".join(told))


def _wait_until_loaded(served, folder):
    folders = {path.parent.relative_to(folder) for path in folder.rglob("events.out.tfevents.*")}
    expected, before, end = {str(path) for path in folders}, None, time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        now = set(served.json("runs")), served.tags()
        if now[0] == expected and now == before:
            return
        before = now
        time.sleep(1.5)  # it looks for more every second
    raise AssertionError(f"TensorBoard has {now[0]} of {expected} after {_PATIENCE} seconds")
