"""The finished runs below a folder as a table, for the scripts beside this file."""

from pathlib import Path

import keras
import pandas
from matplotlib.figure import Figure
from omegaconf import OmegaConf

import rnnexp
import rnnexp.layers  # so that Keras knows the layers of a saved model
from rnnexp.config.check import check
from rnnexp.report.aggregate.intervals import mean_interval
from rnnexp.runs.summary import read_summary
from rnnexp.training.model import build_model

UNIT_COLOURS = {
    "SimpleRNN": "#b3452c",
    "GRU": "#7aa6c2",
    "GRU chrono": "#1f5f8b",
    "LSTM": "#9a8fc0",
    "LSTM chrono": "#5b4a99",
    "LSTM1997": "#8a8a8a",
}


def table(folder: str) -> pandas.DataFrame:
    """Returns a row for each completed run: its summary, its folder, its config and its unit."""
    rows = []
    for path in sorted(Path(folder).rglob("summary.json")):
        summary = read_summary(path.parent)
        if summary is not None and summary.state == "completed":
            config = OmegaConf.load(path.parent / "config.yaml")
            rows.append(vars(summary) | {"folder": path.parent, "config": config})
    found = pandas.DataFrame(rows)
    found["unit"] = [unit(config) for config in found["config"]]
    return found


def unit(config) -> str:
    """Returns a short name of the recurrent layer: its class, and the name of its gate biases."""
    layer = config.model.layer
    biases = layer.get("gate_bias")
    name = layer["_target_"].rpartition(".")[2]
    return f"{name} {biases}" if isinstance(biases, str) else name


def untrained(run) -> keras.Model:
    """Returns the model of a run as it was before the first step."""
    keras.utils.set_random_seed(run.seed)
    return build_model(check(run.config))


def trained(run) -> keras.Model:
    """Returns the model of a run as it was after the last step."""
    return keras.models.load_model(run.folder / "model.keras")


def layer_trace(model: keras.Model, run, sequences: int = 32):
    """Returns the trace of the first recurrent layer on sequences of the validation split."""
    examples = check(run.config).task.batch("validation", int(run.seed), 0, sequences)
    return rnnexp.trace(model, examples.x, examples.y)["recurrent_1"]


def told(label: str, runs: pandas.DataFrame, *more: str, digits: int = 3) -> None:
    """Prints a row of a table of the page: the score with its interval, and how many solved it."""
    lowest, highest = (0, 1) if "accuracy" in runs["metric"].iloc[0] else (0, float("inf"))
    mean, low, high = mean_interval(list(runs["score"]), lowest, highest)
    solved = f"{int(runs['solved'].sum())} of {len(runs)}"
    steps = runs["steps_to_solve"].dropna()
    steps_text = f"{steps.min():.0f} to {steps.max():.0f}" if len(steps) else "–"
    score = f"{mean:.{digits}g} [{low:.{digits}g}, {high:.{digits}g}]"
    print("| " + " | ".join([label, score, solved, steps_text, *more]) + " |")


def median_and_range(values) -> str:
    """Returns the median of some numbers, and their range in brackets, as text."""
    values = pandas.Series(values)
    return f"{values.median():.2g} ({values.min():.2g} to {values.max():.2g})"


def figure(width: float, height: float, **axes):
    """Returns an empty figure and its panels."""
    made = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    panels = made.subplots(**axes)
    return made, panels


def dots(ax, position: float, values, colour: str) -> None:
    """Draws a dot for each seed, and a line at their mean."""
    ax.plot([position] * len(values), values, "o", color=colour, alpha=0.5, markersize=5)
    ax.plot([position - 0.2, position + 0.2], [values.mean()] * 2, color=colour, linewidth=2)
