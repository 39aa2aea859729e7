"""Cells and layers run on Keras's other backends, too, without TensorFlow."""

import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.transcriptions import looped
from tests.units import EVERY_UNIT, arrays, normal, randomise

B, T, D, M = 2, 4, 3, 5

# Runs in a process of its own: Keras has one backend for its lifetime.
PROGRAM = """
import sys, numpy as np, keras
from rnnexp import layers
data = np.load(sys.argv[1])
cell = getattr(layers, sys.argv[2] + "Cell")(int(sys.argv[3]), **eval(sys.argv[4]))
layer = keras.layers.RNN(cell)
layer.build(data["x"].shape)
for weight in layer.weights:
    weight.assign(data[weight.name])
np.save(sys.argv[5], keras.ops.convert_to_numpy(layer(data["x"])))
own = getattr(layers, sys.argv[2])(int(sys.argv[3]), **eval(sys.argv[4]))
own.build(data["x"].shape)
own.set_weights(layer.get_weights())
mask = np.arange(data["x"].shape[1])[None] < np.array([[2], [4]])
for call in ({}, {"mask": mask}):
    same = [keras.ops.convert_to_numpy(each(data["x"], **call)) for each in (layer, own)]
    np.testing.assert_array_equal(*same)
assert "tensorflow" not in sys.modules or keras.backend.backend() == "tensorflow"
"""


@pytest.mark.parametrize("backend", ["jax", "torch"])
@EVERY_UNIT
def test_a_cell_runs_on_another_backend(unit, backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed; `make test-backends` installs it")
    rng = np.random.default_rng(0)
    layer = unit.layer(M)
    layer.build((None, None, D))
    weights = arrays(randomise(layer, rng))
    x = normal(rng, B, T, D)
    given, result = tmp_path / "given.npz", tmp_path / "result.npy"
    np.savez(given, x=x, **weights)
    arguments = [given, unit.name, M, unit.arguments, result]
    subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        env={**os.environ, "KERAS_BACKEND": backend},
        check=True,
    )
    start = [np.array(state) for state in layer.cell.get_initial_state(B)]
    h, *_ = looped(unit.equation, x, start, weights)
    np.testing.assert_allclose(np.load(result), h[:, -1], atol=1e-6)
