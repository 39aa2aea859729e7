"""Run folders as training leaves them, with drawn numbers: what a report may meet, in a moment."""

import json
from pathlib import Path

import numpy as np
import xarray
import yaml

GATES = {
    "GRU": ["z", "r"],
    "LSTM": ["i", "f", "o"],
    "SimpleRNN": [],
    "Wide": ["a", "b", "e", "g", "k", "q"],
}
STATES = {"GRU": ["h"], "LSTM": ["h", "c"], "SimpleRNN": ["h"], "Wide": ["y", "s", "u", "v", "w"]}
MEMORY = {"GRU": "h", "LSTM": "c", "SimpleRNN": "h", "Wide": "v"}


def config(unit="GRU", length=10, seed=0, **others):
    """A config as config.yaml has it; `others` by dotted key."""
    own = {"GRU": {"update_gate": "new"}, "LSTM": {"unit_forget_bias": True}}.get(unit, {})
    values = {
        "model": {
            "units": 8,
            "depth": 1,
            "layer": {"_target_": f"rnnexp.layers.{unit}", **own},
        },
        "task": {"_target_": "rnnexp.tasks.FirstToken", "length": length, "symbols": 8},
        "optimizer": {"_target_": "keras.optimizers.Adam", "learning_rate": 0.005},
        "trainer": {"epochs": None, "steps": 60, "batch_size": 32},
        "seed": seed,
        "outputs": "outputs",
        "trust": [],
    }
    for key, value in others.items():
        *path, last = key.split(".")
        section = values
        for part in path:
            section = section[part]
        section[last] = value
    return values


def summary_values(rng, seed=0, **others):
    score = float(rng.uniform(0.1, 1))
    return {
        "state": "completed",
        "metric": "accuracy",
        "score": score,
        "baseline": 0.125,
        "solved": score >= 0.9,
        "steps": 60,
        "steps_to_solve": 40 if score >= 0.9 else None,
        "seed": seed,
        "parameters": 500,
        "seconds": float(rng.uniform(1, 3)),
        "versions": {"rnnexp": "0"},
        "hardware": {"device": "cpu"},
        "error": None,
        **others,
    }


def metrics(rng, metric="accuracy"):
    """CSV text of three epochs."""
    columns = ["loss", metric, "val_loss", f"val_{metric}", "learning_rate", "seconds"]
    lines = [",".join(["epoch", "step", *columns])]
    for epoch in (1, 2, 3):
        lines.append(",".join(map(str, [epoch, 20 * epoch, *rng.random(6).round(4)])))
    return "\n".join(lines) + "\n"


def layer(rng, unit="GRU", T=10, M=8, steps=(0, 30, 60), names=True):
    """One layer of diagnostics.nc: the arrays that callbacks write, of drawn numbers.

    names: whether its attributes name states, memory and gates, as they did not at first.
    """
    S, gates = len(steps), GATES[unit]
    gradients = [*(f"d_{state}" for state in STATES[unit]), "d_x"]
    arrays = {
        "retention": (("step", "time"), rng.random((S, T))),
        "carried": (("step", "time"), rng.random((S, T))),
        "gradient_norm": (("step", "gradient", "time"), rng.lognormal(size=(S, len(gradients), T))),
        "horizon": (("step", "gradient"), rng.integers(0, T, (S, len(gradients))).astype(float)),
    }
    shape = arrays["horizon"][1].shape
    arrays["half_life"] = (("step", "gradient"), rng.uniform(0, T, shape))
    arrays["earliest_quarter"] = (("step", "gradient"), rng.random(shape))
    coordinates = {"step": list(steps), "time": np.arange(1, T + 1), "gradient": gradients}
    if gates:
        arrays["gate_mean"] = (("step", "gate", "unit"), rng.random((S, len(gates), M)))
        arrays["gate_at"] = (("step", "gate", "time"), rng.random((S, len(gates), T)))
        coordinates["gate"] = gates
    attributes = {"equation": unit, "layer_class": f"rnnexp.{unit}"}
    if unit == "GRU":
        attributes["update_gate"] = "new"
    if names:
        attributes |= {
            "states": json.dumps(STATES[unit]),
            "memory": MEMORY[unit],
            "gates": json.dumps(gates),
        }
    return xarray.Dataset(arrays, coordinates, attributes)


def write_diagnostics(folder, layers):
    """Write diagnostics.nc of Datasets by layer name."""
    tree = xarray.DataTree.from_dict(layers)
    tree.attrs["layers"] = list(layers)
    tree.to_netcdf(Path(folder) / "diagnostics.nc", engine="h5netcdf")


def write_slices(folder, scores):
    """Write slices.csv of scores by slice."""
    lines = [f"{value},10,{score}" for value, score in scores.items()]
    (Path(folder) / "slices.csv").write_text("\n".join(["slice,examples,score", *lines, ""]))


def make_run(
    folder, seed=0, unit="GRU", length=10, summary=None, diagnostics=True, names=True, **others
):
    """One completed run; `summary` goes into its summary.json, `others` into its config."""
    rng = np.random.default_rng([seed, length, *map(ord, f"{unit}{others}")])
    folder = Path(folder)
    folder.mkdir(parents=True)
    text = yaml.safe_dump(config(unit, length, seed, **others), sort_keys=False)
    (folder / "config.yaml").write_text(text)
    values = summary_values(rng, seed, **(summary or {}))
    (folder / "summary.json").write_text(json.dumps(values))
    (folder / "metrics.csv").write_text(metrics(rng, values["metric"]))
    if diagnostics:
        write_diagnostics(folder, {"recurrent_1": layer(rng, unit, length, names=names)})
    return folder


def make_sweep(root, units=("GRU", "LSTM", "SimpleRNN"), lengths=(10, 20), seeds=(0, 1, 2)):
    """A run for every combination, below `root`."""
    for unit in units:
        for length in lengths:
            for seed in seeds:
                make_run(Path(root) / f"{unit}_{length}_{seed}", seed, unit, length)
    return Path(root)
