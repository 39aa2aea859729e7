"""The table of docs/initialisers.md says what "chrono" sets, for every gated unit."""

import keras
import numpy as np

from rnnexp.engine.retention import retention_signs
from tests.docs.pages import ROOT
from tests.units import EVERY_UNIT

PAGE = (ROOT / "docs" / "initialisers.md").read_text(encoding="utf-8")
M, HORIZON, SEED = 8, 50, 3


def row(unit) -> str:
    """The row of the table, from the biases of a layer."""
    layer = unit.layer(M, gate_bias="chrono", horizon=HORIZON, seed=SEED, bias_initializer="zeros")
    layer.build((1, None, 2))
    bias = layer.cell.bias.numpy()
    rows = (bias if bias.ndim == 1 else bias[0]).reshape(-1, M)
    u = np.asarray(keras.initializers.RandomUniform(1, HORIZON - 1, seed=SEED)((M,)))
    names = {"log u": np.log(u), "-log u": -np.log(u)}
    signs = retention_signs(unit.equation)
    said = []
    for k, neuron in enumerate(unit.equation.neurons):
        if k in signs or neuron.role == "input":
            solved = "s" if signs.get(k) == 1 else "-s"
            fits = (name for name, value in names.items() if np.allclose(rows[k], value, rtol=1e-5))
            said.append(f"b_{neuron.name} = {next(fits, solved)}")
    arguments = ", ".join(f'{k}="{v}"' for k, v in unit.arguments.items() if k == "update_gate")
    name = unit.name + (f"({arguments})" if arguments else "")
    return f"| {name} | {', '.join(said)} |"


@EVERY_UNIT
def test_the_table_has_what_chrono_sets(unit):
    if retention_signs(unit.equation):
        assert row(unit) in PAGE.splitlines()
    else:
        assert f"| {unit.name} |" not in PAGE
        assert unit.name in PAGE
