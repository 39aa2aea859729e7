"""A unit that rnnexp does not have, in a file of the user's own: the package is not touched."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import TINY, command, environment, summaries
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "own_unit.md").read_text(encoding="utf-8")
ON_THE_PAGE = {
    "my_units.py": re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1],
    "mine/model/update_gate_rnn.yaml": re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1],
}
# Rusch, Mishra, Erichson & Mahoney (2022), arXiv 2110.04744, equation 3: two states, the second
# of which reads the first one's new value.
LEM = '''
from dataclasses import dataclass

from keras import activations

from rnnexp.equations import Activation, Equation, Neuron, Vector
from rnnexp.layers import EquationLayer


@dataclass(frozen=True)
class LEMEquation(Equation):
    """Long expressive memory."""

    states = ("y", "z")
    memory = "z"

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid
    time_step: float = 1.0

    @property
    def neurons(self):
        return (
            Neuron("fast", self.recurrent_activation, "update"),
            Neuron("slow", self.recurrent_activation, "update"),
            Neuron("z_candidate", self.activation, "candidate"),
            Neuron("y_candidate", self.activation, "candidate"),
        )

    def step(self, fast, slow, z_candidate, y_candidate, y, z):
        dt, dt_bar = self.time_step * fast(y), self.time_step * slow(y)
        z = (1 - dt) * z + dt * z_candidate(y)
        y = (1 - dt_bar) * y + dt_bar * y_candidate(z)
        return y, z


class LEM(EquationLayer, equation=LEMEquation):
    """Long expressive memory."""
'''
LONG_EXPRESSIVE_MEMORY = {
    "slow_and_fast.py": LEM,
    "mine/model/slow_and_fast.yaml": (
        "units: 64\ndepth: 1\nlayer:\n  _target_: slow_and_fast.LEM\n  time_step: 0.5\n"
    ),
}
UNITS = {
    "update_gate_rnn": ("my_units", ON_THE_PAGE, ["g"]),
    "slow_and_fast": ("slow_and_fast", LONG_EXPRESSIVE_MEMORY, ["fast", "slow"]),
}
TRACED = """
import keras, numpy as np, sys
import {module}, rnnexp
model = keras.models.load_model(sys.argv[1])
x = np.ones((2, 8, 8))
layer = rnnexp.trace(model, x, np.zeros(2), "sparse_categorical_crossentropy")["recurrent_1"]
print(sorted(map(str, layer.data_vars)))
kept = rnnexp.diagnostics.retained(layer)["retention"].values
print(bool(np.isfinite(kept).all()))
"""


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_it_trains_is_traced_and_is_in_tensorboard_and_report(unit, tmp_path):
    module, files, gates = UNITS[unit]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    chosen = ["--config-dir", "mine", f"model={unit}", f"trust=[{module}]"]

    trained = command("train", *chosen, *TINY, "callbacks=every_step", cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    (summary,) = summaries(tmp_path)
    folder = summary.parent

    traced = subprocess.run(
        [sys.executable, "-c", TRACED.format(module=module), folder / "model.keras"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert traced.returncode == 0, traced.stderr
    shown, finite = traced.stdout.splitlines()
    for gate in gates:
        assert f"'{gate}'" in shown and f"'delta_{gate}'" in shown
    assert finite == "True"

    tags = _scalar_tags(folder)
    for gate in gates:
        assert any(f"/{gate}/" in tag for tag in tags), tags

    reported = command("report", "outputs", cwd=tmp_path)
    assert reported.returncode == 0, reported.stderr
    page = next(tmp_path.glob("**/index.html"), None) or next(tmp_path.glob("**/report*.html"))
    assert files[f"{module}.py"].rpartition("class ")[2].partition("(")[0] in page.read_text()


def _scalar_tags(folder: Path) -> list[str]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    tags: set[str] = set()
    for events in folder.glob("**/events.out*"):
        accumulator = EventAccumulator(str(events)).Reload()
        tags |= {
            tag for group in accumulator.Tags().values() if isinstance(group, list) for tag in group
        }
    return sorted(tags)
