"""The cells need Keras alone: in `keras.layers.RNN` they run on its other backends too."""

import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.transcriptions import transcription
from tests.units import EVERY_UNIT, normal, randomise

B, T, D, M = 2, 4, 3, 5

# Runs in a process of its own: Keras has one backend for its lifetime.
PROGRAM = """
import sys, numpy as np, keras
from rnnexp import layers
data = np.load(sys.argv[1])
cell = getattr(layers, sys.argv[2] + "Cell")(int(sys.argv[3]), **eval(sys.argv[4]))
layer = keras.layers.RNN(cell)
layer.build(data["x"].shape)
layer.set_weights([data[f"w{i}"] for i in range(3)])
np.save(sys.argv[5], keras.ops.convert_to_numpy(layer(data["x"])))
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
    weights = randomise(layer, rng).get_weights()
    x = normal(rng, B, T, D)
    given, result = tmp_path / "given.npz", tmp_path / "result.npy"
    np.savez(given, x=x, **{f"w{i}": w for i, w in enumerate(weights)})
    arguments = [given, unit.name, M, unit.arguments, result]
    subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        env={**os.environ, "KERAS_BACKEND": backend},
        check=True,
    )
    step = transcription(unit.equation)
    states = tuple(np.zeros((B, M)) for _ in range(unit.states))
    for t in range(T):
        states = step(x[:, t], states, *weights)
    np.testing.assert_allclose(np.load(result), states[0], atol=1e-6)
