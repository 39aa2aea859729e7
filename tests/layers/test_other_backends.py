"""Cells and layers run on Keras's other backends, too, without TensorFlow."""

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.transcriptions import looped
from tests.units import EVERY_UNIT, UNITS, arrays, normal, randomise

B, T, D, M = 2, 4, 3, 5

# Runs in a process of its own, once for all units: Keras has one backend for its lifetime.
PROGRAM = """
import json, sys, traceback, numpy as np, keras
from pathlib import Path
from rnnexp import layers

def last_output(name, units, arguments, data):
    layer = keras.layers.RNN(getattr(layers, name + "Cell")(units, **arguments))
    layer.build(data["x"].shape)
    for weight in layer.weights:
        weight.assign(data[weight.name])
    own = getattr(layers, name)(units, **arguments)
    own.build(data["x"].shape)
    own.set_weights(layer.get_weights())
    mask = np.arange(data["x"].shape[1])[None] < np.array([[2], [4]])
    for call in ({}, {"mask": mask}):
        same = [keras.ops.convert_to_numpy(each(data["x"], **call)) for each in (layer, own)]
        np.testing.assert_array_equal(*same)
    return keras.ops.convert_to_numpy(layer(data["x"]))

folder = Path(sys.argv[1])
for number, (name, units, arguments) in enumerate(json.loads((folder / "units.json").read_text())):
    try:
        found = last_output(name, units, arguments, np.load(folder / f"{number}.npz"))
        np.save(folder / f"{number}.npy", found)
    except Exception:
        (folder / f"{number}.txt").write_text(traceback.format_exc())
assert "tensorflow" not in sys.modules or keras.backend.backend() == "tensorflow"
"""


def drawn(unit):
    """A built layer with random weights, and x (B, T, D)."""
    rng = np.random.default_rng(0)
    layer = unit.layer(M)
    layer.build((None, None, D))
    return randomise(layer, rng), normal(rng, B, T, D)


@pytest.fixture(scope="module", params=["jax", "torch"])
def answers(request, tmp_path_factory):
    """The folder with what each unit, by its number, put out on a backend, or its error."""
    backend = request.param
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed; `make test-backends` installs it")
    folder = tmp_path_factory.mktemp(backend)
    units = [[unit.name, M, unit.arguments] for unit in UNITS]
    (folder / "units.json").write_text(json.dumps(units))
    for number, unit in enumerate(UNITS):
        layer, x = drawn(unit)
        np.savez(folder / f"{number}.npz", x=x, **arrays(layer))
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env={**os.environ, "KERAS_BACKEND": backend},
        check=True,
    )
    return folder


@EVERY_UNIT
def test_a_cell_and_a_layer_run_on_another_backend(unit, answers):
    number = UNITS.index(unit)
    error = answers / f"{number}.txt"
    assert not error.exists(), error.read_text()
    layer, x = drawn(unit)
    start = [np.array(state) for state in layer.cell.get_initial_state(B)]
    h, *_ = looped(unit.equation, x, start, arrays(layer))
    np.testing.assert_allclose(np.load(answers / f"{number}.npy"), h[:, -1], atol=1e-6)
