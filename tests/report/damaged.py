"""What may have become of a finished run's files: each a change to its folder, by name."""

import json
import os
from pathlib import Path

import numpy as np
import yaml

from tests.report.damaged_looks import looks

FILES = ("config.yaml", "summary.json", "metrics.csv", "diagnostics.nc")
NUMBERS = ("score", "baseline", "steps", "steps_to_solve", "parameters", "seconds")
HUGE = 10**400


def damages():
    """(name, what it does to the folder of a completed run) of every kind there is."""
    for kind in (_bytes, _no_files, _texts, _configs, _summaries, _metrics, looks):
        yield from kind()


def _bytes():
    """Any file cut off or of something else."""
    for name in FILES:
        for share in (0, 0.1, 0.5, 0.9):
            yield f"{name} cut at {share}", _cut(name, share)
        yield f"{name} of zeros", _overwrite(name, bytes(1000))
        yield f"{name} of noise", _overwrite(name, np.random.default_rng(0).bytes(1000))
        yield f"{name} of UTF-16", _overwrite(name, "model: task: 1\n".encode("utf-16"))


def _no_files():
    """Something that is no file in the place of one; nothing that is opened may be waited for."""
    for name in FILES:
        yield f"{name} is a folder", _replace(name, lambda path: path.mkdir())
        yield f"{name} is a pipe", _replace(name, os.mkfifo)
        yield f"{name} is a device", _replace(name, lambda path: path.symlink_to("/dev/zero"))
        yield f"{name} leads to itself", _replace(name, lambda path: path.symlink_to(path.name))


def _texts():
    """What a reader of YAML or JSON may never come back from."""
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)
    )
    merged = "a0: &a0 {k0: 1}\n" + "".join(
        f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}], k{i}: 1}}\n" for i in range(1, 30)
    )
    endless = "model: &model {layer: *model}\ntask: {a: 1}\ntrainer: {a: 1}\n"
    for name, text in {
        "bomb of lists": bomb,
        "bomb of merges": merged,
        "anchor inside itself": endless,
        "minutes without end": "seed: 1" + ":59" * 300_000 + "\n",
        "a million lines": "- 1\n" * 1_000_000,
        "100,000 brackets": "model: " + "[" * 100_000,
        "100,000 braces": "{a: " * 100_000,
        "deep indentation": "".join(" " * i + "a:\n" for i in range(3000)),
        "object of Python's": "model: !!python/object/apply:os.getcwd []\n",
        "whole number of 5000 digits": f"seed: {'1' * 5000}\n",
    }.items():
        yield f"config.yaml {name}", _append_or_write("config.yaml", text)
    for name, text in {
        "100,000 brackets": "[" * 100_000,
        "100,000 closed brackets": "[" * 100_000 + "]" * 100_000,
        "100,000 braces": '{"a":' * 100_000,
        "5000 digits": '{"state": "completed", "score": ' + "1" * 5000 + "}",
        "a list": "[1, 2]",
        "a word": '"completed"',
        "null": "null",
    }.items():
        yield f"summary.json of {name}", _overwrite("summary.json", text.encode())


def _configs():
    """Values that no run can have had, wherever they stand."""
    for key in ("seed", "model.units", "task.length", "trainer.steps"):
        for value in (HUGE, float("nan"), "many", [1, 2], {"a": 1}, True, -3, b"bytes"):
            yield f"config {key}={str(value)[:20]}", _set(key, value)
    for key in ("model", "task", "trainer", "model.layer", "optimizer"):
        for value in (None, 3, "words", [1]):
            yield f"config {key}={value}", _set(key, value)
    for key in ("model.layer._target_", "task._target_"):
        for value in (None, 3, ["a"], {"b": 1}):
            yield f"config {key}={value}", _set(key, value)
    yield "config with a day for a key", _key(__import__("datetime").date(2026, 1, 1))
    yield "config with 2000 settings", _set("optimizer", {f"k{i}": i for i in range(2000)})
    yield "config with a huge number in a list", _set("trust", [1, [HUGE]])
    yield "config that is a list", _overwrite("config.yaml", b"[1, 2]\n")
    yield "config that is a word", _overwrite("config.yaml", b"words\n")


def _summaries():
    """Values of another type, of a size that nothing has, or none at all."""
    for key in NUMBERS:
        for value in ("many", [], {}, True, float("nan"), float("-inf"), HUGE):
            yield f"summary {key}={str(value)[:20]}", _say(key, value)
    for value in ("yes", 1, [], {}):
        yield f"summary solved={value}", _say("solved", value)
    for value in (3, [], {}, True):
        yield f"summary metric={value}", _say("metric", value)
    for value in (None, 3, [], {}, "sleeping", "\x1b[31m"):
        yield f"summary state={value!r}", _say("state", value)
    for value in (None, 5, -1):
        yield f"summary score={value}", _say("score", value)


def _metrics():
    head = b"epoch,step,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds\n"
    row = b"1,20,0.1,0.2,0.3,0.4,0.5,0.6\n"
    for name, text in {
        "without a head": row * 3,
        "a head twice": head + row + head,
        "rows of other lengths": head + b"1,20,0.1,0.2,0.3,0.4,0.5,0.6,7,8,9\n" * 2,
        "steps in words": head + row.replace(b"20", b"many"),
        "steps without end": head + row.replace(b"20", b"inf") + row.replace(b"20", b"1e300"),
        "steps below zero": head + row.replace(b"20", b"-20"),
        "scores in words": head + row.replace(b"0.4", b"high"),
        "a million columns": b"step," + b"a," * 10**6 + b"b\n" + b"1," * 10**6 + b"2,3\n",
        "no end": head + row * 10**6,
        "eight million rows": b"step\n" + b"1\n" * (2**23 - 10),
        "NUL": head + row.replace(b"20", b"2\x000"),
        "an open quote": head + b'1,"20,0.1\n' * 3,
    }.items():
        yield f"metrics.csv {name}", _overwrite("metrics.csv", text)


def _cut(name, share):
    def damage(folder):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: int(share * len(whole))])

    return damage


def _overwrite(name, content):
    return lambda folder: (folder / name).write_bytes(content)


def _replace(name, make):
    def damage(folder):
        (folder / name).unlink()
        make(folder / name)

    return damage


def _append_or_write(name, text):
    """At the end of the file where that makes one of two mappings, else alone."""

    def damage(folder):
        whole = (folder / name).read_text()
        (folder / name).write_text(text if text.startswith(("model", "{", " ")) else whole + text)

    return damage


def _set(key, value):
    *path, last = key.split(".")

    def change(config):
        section = config
        for part in path:
            section = section[part]
        section[last] = value

    return _config(change)


def _key(key):
    return _config(lambda config: config["trainer"].__setitem__(key, 1))


def _config(change):
    def damage(folder):
        config = yaml.safe_load((folder / "config.yaml").read_text())
        change(config)
        (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))

    return damage


def _say(key, value):
    def damage(folder):
        path = Path(folder, "summary.json")
        path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))

    return damage
