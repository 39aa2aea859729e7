"""What the callbacks wrote of a training is read again by the report, for every unit."""

import numpy as np

from rnnexp.dashboard.history import load_history
from rnnexp.report.read.layer_measurements import read_layers
from tests.callbacks.training import M, both, model_of, train
from tests.units import EVERY_UNIT_VERY_SLOWLY


@EVERY_UNIT_VERY_SLOWLY
def test_every_unit_is_read_with_its_gates_states_and_memory(unit, tmp_path):
    train(model_of(unit.layer(M, name="unit")), both(tmp_path))
    (read,) = read_layers(next(tmp_path.rglob("diagnostics.nc")))
    equation = unit.equation
    assert read.gates == [gate.name for gate in equation.gates]
    assert read.names.states == equation.states
    assert read.names.memory == equation.states[equation.memory_index]
    assert set(read.gradients) >= {f"d_{state}" for state in equation.states}
    written = load_history(next(tmp_path.rglob("diagnostics.nc")))["unit"]
    np.testing.assert_array_equal(read.variables["retention"], written["retention"].values)
