"""Law: an exported SavedModel answers alike where rnnexp is not known."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from tests.units import LAYERS, normal

B, D, M = 3, 2, 4

SERVE = """
import sys
import numpy as np, tensorflow as tf
folder = sys.argv[1]
for number in range(int(sys.argv[2])):
    loaded = tf.saved_model.load(f"{folder}/{number}")
    for length in (3, 6):
        x = np.load(f"{folder}/x{length}.npy")
        np.save(f"{folder}/{number}-{length}.npy", loaded.serve(x).numpy())
assert "rnnexp" not in sys.modules
"""


FEW = [layer for layer in LAYERS if layer.__name__ in ("GRU", "LayerNormLSTM")]
OTHERS = [layer for layer in LAYERS if layer not in FEW]


@pytest.mark.slow
@pytest.mark.parametrize("layers", [FEW, OTHERS], ids=len)
def test_served_in_a_process_without_rnnexp(layers, tmp_path):
    """For any batch size and length; many layers in one process, since starting it takes long."""
    rng = np.random.default_rng(111)
    xs = {length: normal(rng, B, length, D) for length in (3, 6)}
    for length, x in xs.items():
        np.save(tmp_path / f"x{length}.npy", x)
    models = [keras.Sequential([keras.Input((None, D)), layer(M)]) for layer in layers]
    for number, model in enumerate(models):
        model.export(tmp_path / str(number), verbose=False)
    command = [sys.executable, "-c", SERVE, str(tmp_path), str(len(models))]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for number, model in enumerate(models):
        for length, x in xs.items():
            served = np.load(tmp_path / f"{number}-{length}.npy")
            expected = model(x).numpy()
            np.testing.assert_allclose(served, expected, rtol=1e-5, atol=1e-6)
