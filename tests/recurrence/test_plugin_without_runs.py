"""The plugin without a run: what it needs, and what it says."""

import subprocess
import sys
import time
from types import SimpleNamespace

from tensorboard.plugins.base_plugin import TBContext
from werkzeug.test import Client

from rnnexp.recurrence.plugin import RecurrencePlugin
from tests.recurrence.made import write


def test_a_remote_logdir_is_told_and_the_tab_is_inactive():
    plugin = RecurrencePlugin(
        TBContext(flags=SimpleNamespace(logdir="gs://b/runs", logdir_spec=""))
    )
    assert not plugin.is_active()
    answer = Client(plugin.get_plugin_apps()["/runs"]).get("/")
    assert "shows gs://b/runs" in answer.json["problem"]
    assert answer.json["runs"] == []


def test_a_logdir_that_is_made_later_is_shown(tmp_path):
    flags = SimpleNamespace(logdir=str(tmp_path / "later"), logdir_spec="")
    plugin = RecurrencePlugin(TBContext(flags=flags))
    client = Client(plugin.get_plugin_apps()["/runs"])
    assert "There is no folder" in client.get("/").json["problem"]
    write(tmp_path / "later" / "run")
    assert client.get("/").json["problem"] is None
    end = time.monotonic() + 10
    while not plugin.is_active():
        assert time.monotonic() < end
        time.sleep(0.1)
    assert [run["name"] for run in client.get("/").json["runs"]] == ["run"]


def test_tensorboard_imports_no_tensorflow_because_of_it():
    code = (
        "import sys; from types import SimpleNamespace as N\n"
        "from tensorboard.plugins.base_plugin import TBContext\n"
        "before = set(sys.modules)\n"
        "from rnnexp.recurrence.plugin import RecurrencePlugin\n"
        "plugin = RecurrencePlugin(TBContext(flags=N(logdir='.', logdir_spec='')))\n"
        "plugin.is_active(); plugin.get_plugin_apps()\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "rnnexp" in imported
    assert imported.isdisjoint({"tensorflow", "keras", "xarray", "h5py", "pandas", "matplotlib"})
