"""The plugin in TensorBoard's own application: what it answers to which request."""

import gzip
import json
import math
import struct
import time
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
from tensorboard.backend import application
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.summary import Writer
from werkzeug.test import Client

import rnnexp.recurrence
from rnnexp.dashboard.history import load_history
from rnnexp.recurrence.plugin import RecurrencePlugin
from tests.recurrence.made import write

FRONTEND = Path(rnnexp.recurrence.__file__).parent / "frontend"
CURVES = {
    ("run/tensorboard", "loss/train"): [2.0, 1.5, 1.0],
    ("run/tensorboard", "loss/validation"): [2.5, math.nan, math.inf],
    ("run/tensorboard", "accuracy/test"): [0.5],
    ("run/tensorboard", "gates/gru/z/mean"): [0.1],
    ("fit/train", "epoch_loss"): [3.0, 2.0],
    ("fit/train", "epoch_learning_rate"): [0.1, 0.1],
    ("fit/validation", "epoch_loss"): [4.0, 3.0],
    ("other", "loss/train"): [9.0],
}


@pytest.fixture(scope="module")
def logdir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logdir")
    for run in ("run", "fit"):
        write(folder / run)
    for (run, tag), values in CURVES.items():
        writer = Writer(str(folder / run))
        for i, value in enumerate(values):
            writer.add_scalar(tag, value, 10 * i)
        writer.close()
    return folder


@pytest.fixture(scope="module")
def client(logdir):
    read = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(str(logdir)).Reload()
    flags = SimpleNamespace(
        logdir=str(logdir), logdir_spec="", samples_per_plugin={}, window_title="", path_prefix=""
    )
    provider = data_provider.MultiplexerDataProvider(read, str(logdir))
    client = Client(application.TensorBoardWSGIApp(flags, [RecurrencePlugin], provider))
    while get(client, "runs").json["pending"]:
        time.sleep(0.1)
    return client


def get(client, path, headers=None, **query):
    return client.get(f"/data/plugin/recurrence/{path}", query_string=query, headers=headers)


def get_json(client, path, **query):
    answer = get(client, path, **query)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text, parse_constant=pytest.fail)


def test_the_tab_is_listed_as_active(client):
    told = json.loads(client.get("/data/plugins_listing").text)["recurrence"]
    assert (told["enabled"], told["tab_name"]) == (True, "Recurrence")
    assert told["loading_mechanism"] == {
        "type": "IFRAME",
        "module_path": "/data/plugin/recurrence/index.js",
    }
    entry = client.get("/data/plugin_entry.html", query_string={"name": "recurrence"}).text
    assert 'base href="plugin/recurrence/"' in entry
    assert "./index.js" in entry


def test_an_installed_rnnexp_tells_tensorboard_of_it():
    (entry,) = metadata.entry_points(group="tensorboard_plugins", name="recurrence")
    assert entry.load() is RecurrencePlugin


def test_each_file_of_the_page_is_served_as_what_it_is(client):
    kinds = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain"}
    files = [path for path in FRONTEND.rglob("*") if path.suffix in kinds]
    assert FRONTEND / "index.js" in files
    for path in files:
        answer = get(client, path.relative_to(FRONTEND).as_posix())
        assert (answer.data, answer.mimetype) == (path.read_bytes(), kinds[path.suffix])
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


TRAVERSALS = [
    "../plugin.py",
    "..%2fplugin.py",
    "%2e%2e/plugin.py",
    "frontend/../index.js/..",
    "/etc/passwd",
    "index.js%00",
    "index.py",
    "",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_other_file_is_served(path, client):
    assert get(client, path).status_code in (301, 308, 404)


@pytest.mark.parametrize("run", ["..", "../logdir/run", "/", "run/../run", "run/", "%2e", "\0", ""])
@pytest.mark.parametrize("route", ["layer", "array", "scores"])
def test_no_other_folder_is_a_run(route, run, client):
    answer = get(client, route, run=run, layer="gru", name="gate_at")
    assert answer.status_code == 404
    assert answer.json == {"problem": f"there is no run {run!r}"}


def test_runs_and_those_without_a_file_are_listed(client):
    told = get_json(client, "runs")
    assert (told["problem"], told["others"]) == (None, 0)
    found = {run["name"]: (run["problem"], run["tensorboard_run"]) for run in told["runs"]}
    assert list(found) == ["fit", "run", "other"]
    assert found["run"] == (None, "run/tensorboard")
    assert "there is no diagnostics.nc: " in found["other"][0]


def test_an_array_is_a_header_and_aligned_numbers(client, logdir):
    answer = get(client, "array", run="run", layer="gru", name="gate_at", gate="1", most_time="4")
    assert (answer.status_code, answer.mimetype) == (200, "application/octet-stream")
    (length,) = struct.unpack_from("<I", answer.data)
    assert (4 + length) % 8 == 0
    header = json.loads(answer.data[4 : 4 + length])
    numbers = np.frombuffer(answer.data, "<f4", offset=4 + length).reshape(header["shape"])
    array = load_history(logdir / "run" / "diagnostics.nc")["gru"]["gate_at"]
    expected = array.sel(header["labels"]).sel(gate=header["fixed"]["gate"]["label"])
    np.testing.assert_array_equal(numbers, expected.values.astype("float32"))
    assert header["dims"] == list(expected.dims)
    assert header["version"] == get_json(client, "layer", run="run", layer="gru")["version"]
    (listed,) = [run for run in get_json(client, "runs")["runs"] if run["name"] == "run"]
    assert header["version"] == listed["version"]


def test_scores_are_the_curves_of_the_run_alone(client):
    assert get_json(client, "scores", run="run") == {
        "loss/train": [[0, 2.0], [10, 1.5], [20, 1.0]],
        "loss/validation": [[0, 2.5], [10, None], [20, None]],
        "accuracy/test": [[0, 0.5]],
    }
    assert get_json(client, "scores", run="fit") == {
        "epoch_loss/train": [[0, 3.0], [10, 2.0]],
        "epoch_loss/validation": [[0, 4.0], [10, 3.0]],
    }


ASKED = [
    ("index.js", {}),
    ("runs", {}),
    ("layer", {"run": "run", "layer": "gru"}),
    ("array", {"run": "run", "layer": "gru", "name": "gate_at"}),
    ("scores", {"run": "run"}),
]


@pytest.mark.parametrize(("path", "query"), ASKED, ids=[path for path, _ in ASKED])
def test_a_browser_that_has_the_answer_gets_it_once(path, query, client):
    first = get(client, path, **query)
    tag = first.headers["ETag"]
    assert "no-cache" in first.headers["Cache-Control"]
    for sent in (tag, f'"other", W/{tag}'):
        again = get(client, path, {"If-None-Match": sent}, **query)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    other = get(client, path, {"If-None-Match": '"other"'}, **query)
    assert (other.status_code, other.data) == (200, first.data)


def test_an_answer_to_another_question_has_another_etag(client):
    asked = {"run": "run", "layer": "gru", "name": "gate_at"}
    queries = [{}, {"gate": 0}, {"gate": 1}, {"most_time": 3}]
    tags = {get(client, "array", **asked, **query).headers["ETag"] for query in queries}
    assert len(tags) == len(queries)


def test_a_file_that_is_replaced_is_sent_again(client, logdir):
    path = write(logdir / "fit")
    query = {"run": "fit", "layer": "gru", "name": "learned"}
    before = get(client, "array", **query)
    write(logdir / "fit")
    with h5py.File(path, "a") as file:
        file["gru/learned"][:] = 1 - file["gru/learned"][:]
    after = get(client, "array", {"If-None-Match": before.headers["ETag"]}, **query)
    assert after.status_code == 200
    numbers = [np.frombuffer(answer.data[-5 * 4 :], "<f4") for answer in (before, after)]
    np.testing.assert_array_equal(numbers[0], 1 - numbers[1])


def test_json_is_compressed_where_that_is_accepted(client):
    plain = get(client, "layer", run="run", layer="gru")
    packed = get(client, "layer", {"Accept-Encoding": "gzip"}, run="run", layer="gru")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)


WRONG = [
    ("layer", {"run": "run"}, 400, "the request has no layer; expected "),
    ("layer", {"layer": "gru"}, 400, "the request has no run; expected "),
    ("array", {"run": "run", "layer": "gru"}, 400, "the request has no name; expected "),
    ("scores", {}, 400, "the request has no run; expected "),
    ("layer", {"run": "run", "layer": "<b>"}, 404, "there is no layer '<b>'; expected one of"),
    ("array", {"run": "run", "layer": "gru", "name": "x"}, 404, "there is no variable 'x'"),
    ("array", {"run": "run", "layer": "gru", "name": "gate"}, 404, "expected numbers"),
    ("array", {"run": "run", "layer": "gru", "name": "gate_at", "step": "99"}, 400, "step=99;"),
]


@pytest.mark.parametrize(("path", "query", "code", "expected"), WRONG)
def test_what_is_wrong_with_a_request_is_told_as_json(path, query, code, expected, client):
    answer = get(client, path, **query)
    assert (answer.status_code, answer.mimetype) == (code, "application/json")
    assert expected in answer.json["problem"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["runs", "index.js"])
def test_only_get_is_answered(method, path, client):
    answer = client.open(f"/data/plugin/recurrence/{path}", method=method)
    assert answer.status_code == 405
