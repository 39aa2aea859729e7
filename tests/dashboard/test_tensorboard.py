"""A real TensorBoard on a real run: everything that was written is there to be looked at."""

import csv
import io
import json
import math
import re
import urllib.parse
from pathlib import Path

import keras
import pytest
from PIL import Image

from rnnexp import layers
from rnnexp.dashboard.history import load_history
from rnnexp.diagnostics.formula import formula
from rnnexp.equations import GRU
from tests.command import command, summaries
from tests.dashboard.served import PLUGINS, tensorboard

GATES_EVERY, GRADIENTS_EVERY, STEPS, UNITS = 5, 7, 12, 4
RUN = [
    *("task.order=row", f"model.units={UNITS}", "trainer.batch_size=256", f"trainer.steps={STEPS}"),
    f"callbacks.gate_statistics.every={GATES_EVERY}",
    f"callbacks.timestep_gradients.every={GRADIENTS_EVERY}",
]
pytestmark = pytest.mark.slow  # a whole run, and a TensorBoard that reads it
OF_GRADIENTS = ("horizon", "whole_sequence", "first_to_last")


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A run of the command: its folder, and the folder that it says to look at."""
    desk = tmp_path_factory.mktemp("desk")
    done = command("train", *RUN, cwd=desk)
    assert done.returncode == 0, done.stderr
    (logdir,) = re.findall(r"^look at it .*--logdir (\S+)$", done.stdout, re.MULTILINE)
    return summaries(desk)[0].parent, desk / logdir


@pytest.fixture(scope="module")
def run(shown):
    return shown[0]


@pytest.fixture(scope="module")
def board(shown):
    with tensorboard(shown[1]) as served:
        yield served


def scalars(board):
    """The tag and [(step, value), …] of every curve."""
    for plugin, run, tag in sorted(board.tags()):
        if plugin == "scalars":
            points = board.json("plugin/scalars/scalars", run=run, tag=tag)
            yield tag, [(step, value) for _, step, value in points]


def scheduled(tag):
    of_gradients = tag.startswith("gradients/") or tag.rpartition("/")[2] in OF_GRADIENTS
    every = GRADIENTS_EVERY if of_gradients else GATES_EVERY
    return sorted({0, *range(every, STEPS, every), STEPS})


def test_every_curve_has_a_number_at_every_step_of_its_schedule(run, board):
    rows = list(csv.DictReader((run / "metrics.csv").open()))
    epochs = [int(row["step"]) for row in rows]
    assert epochs[-1] == STEPS
    expected = dict.fromkeys(("train", "validation", "learning_rate", "gradient_norm"), epochs)
    expected["test"] = [STEPS]
    for tag, points in scalars(board):
        steps = expected.get(tag.rpartition("/")[2]) or scheduled(tag)
        assert [step for step, _ in points] == steps, tag
        assert all(math.isfinite(value) for _, value in points), tag


def test_a_training_is_one_run(board):
    assert [Path(run).name for run in board.json("runs")] == ["tensorboard"]


def test_the_curves_of_a_split_are_the_rows_of_its_table(run, board):
    rows = list(csv.DictReader((run / "metrics.csv").open()))
    prefix = {"train": "", "validation": "val_", "": ""}
    for tag, points in scalars(board):
        name, _, split = tag.partition("/")
        column = prefix.get(split, "none ") + name
        if column in rows[0]:
            expected = [float(row[column]) for row in rows]
            assert [value for _, value in points] == pytest.approx(expected, rel=1e-6)


def test_a_histogram_has_buckets_at_every_step_of_its_schedule(board):
    found = [(run, tag) for plugin, run, tag in board.tags() if plugin == "histograms"]
    kinds = {"values", "over_units", "carried_over_units"}
    assert {tag.rpartition("/")[2] for _, tag in found} == kinds
    for run, tag in found:
        points = board.json("plugin/histograms/histograms", run=run, tag=tag)
        assert [step for _, step, _ in points] == scheduled(tag)
        for _, _, buckets in points:
            number = sum(height for _, _, height in buckets)
            assert number == UNITS if tag.endswith("over_units") else number % UNITS == 0
            assert 0 <= buckets[0][0] < buckets[-1][1] <= 1


def test_every_picture_is_one(board):
    found = [(run, tag) for plugin, run, tag in board.tags() if plugin == "images"]
    assert len(found) == 4
    for run, tag in found:
        (metadata,) = board.json("plugin/images/images", run=run, tag=tag)
        assert metadata["step"] == STEPS
        query = dict(urllib.parse.parse_qsl(metadata["query"]))
        data = board.get("plugin/images/individualImage", **query)
        image = Image.open(io.BytesIO(data))
        image.load()
        assert (image.format, min(image.size) > 100) == ("PNG", True)
        assert len(image.convert("L").getcolors()) > 10  # not one blank page


def page(board, tag):
    ((_, run, _),) = [found for found in board.tags() if found[2] == tag]
    (text,) = board.json("plugin/text/text", run=run, tag=tag)
    assert text["step"] == 0
    return text["text"]


def test_the_text_tells_the_equations_and_counts_the_models_parameters(run, board):
    equations = page(board, "model/equations")
    for line in formula(GRU()).splitlines():
        assert line in equations
    model = keras.models.load_model(run / "model.keras")
    assert any(isinstance(layer, layers.GRU) for layer in model.layers)
    rows = re.findall(r"<tr>(.*?)</tr>", page(board, "model/layers"), re.DOTALL)
    cells = [re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL) for row in rows]
    counts = {row[0]: int(row[3].replace(",", "")) for row in cells if row}
    for layer in model.layers:
        assert counts[layer.name] == layer.count_params()
    assert counts["<strong>all</strong>"] == model.count_params()


def test_the_layout_begins_with_the_overview_and_each_chart_finds_curves(board):
    layout = board.json("plugin/custom_scalars/layout")
    assert layout["category"][0]["title"] == "Overview"
    tags = {tag for plugin, _, tag in board.tags() if plugin == "scalars"}
    for category in layout["category"]:
        for chart in category["chart"]:
            for expression in chart["multiline"]["tag"]:
                found = {tag for tag in tags if re.match(expression, tag)}
                assert found, chart["title"]
                drawn = set()
                for run in board.json("runs"):
                    answer = board.json("plugin/custom_scalars/scalars", run=run, tag=expression)
                    assert answer["regex_valid"]
                    drawn |= set(answer["tag_to_events"])
                assert drawn == found


def test_hparams_has_the_run_with_its_settings_and_scores(run, board):
    experiment = board.json("plugin/hparams/experiment", {"experimentName": ""})
    metrics = [{"metric": info["name"]} for info in experiment["metricInfos"]]
    assert len(metrics) == 5
    asked = {
        "experimentName": "",
        "allowedStatuses": ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_RUNNING"],
        "colParams": metrics,
        "startIndex": 0,
        "sliceSize": 100,
    }
    (group,) = board.json("plugin/hparams/session_groups", asked)["sessionGroups"]
    assert len(group["sessions"]) == 1
    told = group["hparams"]
    assert {info["name"] for info in experiment["hparamInfos"]} > set(told)
    assert group["name"].startswith("GRU Digits T=8 M=4 ")
    assert {type(value) for value in told.values()} <= {bool, int, float, str}
    assert told["model.layer"] == "GRU"
    assert (told["model.units"], told["trainer.steps"]) == (4, STEPS)
    elsewhere = ("callbacks", "probe", "outputs", "hardware", "trainer.checkpoint")
    assert not [name for name in told if "seed" in name or name.startswith(elsewhere)]
    values = {v["name"]["tag"]: v["value"] for v in group["metricValues"]}
    summary = json.loads((run / "summary.json").read_text())
    last = list(csv.DictReader((run / "metrics.csv").open()))[-1]
    for key, expected in {
        "accuracy/test": summary["score"],
        "accuracy/validation": last["val_accuracy"],
        "loss/validation": last["val_loss"],
        "loss/train": last["loss"],
    }.items():
        assert values[key] == pytest.approx(float(expected), rel=1e-6)


DOCS = Path(__file__).parents[2] / "docs" / "tensorboard.md"
STANDS_FOR = {
    "<layer>": r"[^/]+(/[^/]+)?",
    "<gate>": "[a-z]+",
    "<gradient>": "d_[a-z]+",
    "<metric>": "(accuracy|mean_squared_error)",
}


def documented():
    """(dashboard, pattern of a tag) of every row of the tables of tags."""
    for section in re.split(r"^##+ ", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE):
        dashboard = section.splitlines()[0].strip().lower()
        if dashboard not in PLUGINS:
            continue
        for tag in re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE):
            pattern = re.escape(tag)
            for name, expression in STANDS_FOR.items():
                pattern = pattern.replace(re.escape(name), expression)
            yield dashboard, pattern


def test_every_tag_is_documented_and_every_documented_tag_is_there(board):
    found, rows = board.tags(), list(documented())
    used = set()
    for plugin, _, tag in sorted(found):
        fits = [row for row in rows if row[0] == plugin and re.fullmatch(row[1], tag)]
        assert len(fits) == 1, f"{plugin} {tag}: {fits}"
        used |= {*fits}
    assert used == set(rows)


def test_every_array_of_the_file_is_documented_with_its_dimensions(run):
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    of_gru = {"<gate>": ["z", "r"], "<state>": ["h"]}
    promised = {}
    for names, dims in rows:
        if dims.startswith(("step", "snapshot")):
            for name in re.findall(r"`(.+?)`", names):
                (placeholder,) = re.findall("<.*>", name) or [""]
                for own in of_gru.get(placeholder, [""]):
                    promised[name.replace(placeholder, own)] = tuple(dims.split(", "))
    (found,) = load_history(run / "diagnostics.nc").values()
    assert {name: array.dims for name, array in found.data_vars.items()} == promised
    for name, array in found.data_vars.items():
        assert {"long_name", "units"} <= set(array.attrs), name


@pytest.mark.slow
def test_the_example_of_the_docs_runs_and_shows_what_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for example in re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL):
        exec(example, {})
    assert "step" in capsys.readouterr().out
    with tensorboard(tmp_path / "logs") as served:
        found = {(run, tag) for _, run, tag in served.tags()}
    tags = {"loss/train", "accuracy/train", "gradients/gru/d_h/horizon", "memory/gru/horizon"}
    assert {(".", tag) for tag in tags} <= found
