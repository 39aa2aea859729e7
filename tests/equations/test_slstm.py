"""What the paper says of its stabiliser."""

import numpy as np

from rnnexp import equations
from rnnexp.layers import SLSTM
from tests.transcriptions import transcription
from tests.transcriptions.arithmetic import parts, sigmoid
from tests.units import normal

B, T, D, M = 2, 6, 3, 4


def weights(rng):
    shapes = {"kernel": (D, 4 * M), "recurrent_kernel": (M, 4 * M), "bias": (4 * M,)}
    return {name: 0.5 * normal(rng, *shape, dtype="float64") for name, shape in shapes.items()}


def unstabilised(x, states, w):
    """Equations 8 to 14 of the paper, without m."""
    h, c, n = states
    i, f, z, o = parts(x @ w["kernel"] + h @ w["recurrent_kernel"] + w["bias"], 4)
    i, f, z, o = np.exp(i), sigmoid(f), np.tanh(z), sigmoid(o)
    c, n = f * c + i * z, f * n + i
    return o * c / n, c, n


def test_the_output_is_that_of_the_paper_before_it_is_stabilised():
    rng = np.random.default_rng(1)
    w, step = weights(rng), transcription(equations.SLSTM())
    start = [np.zeros((B, M)) for _ in range(3)]
    stable, plain = [*start, np.full((B, M), -1e4)], start
    for x in normal(rng, T, B, D, dtype="float64"):
        stable, plain = step(x, stable, w), unstabilised(x, plain, w)
        np.testing.assert_allclose(stable[0], plain[0], rtol=1e-12)


def test_the_output_does_not_depend_on_the_stabiliser():
    """m larger by a, with c and n smaller by exp(a), is the same state."""
    rng = np.random.default_rng(2)
    w, step, x = weights(rng), transcription(equations.SLSTM()), normal(rng, B, D, dtype="float64")
    h, c, n, m = (normal(rng, B, M, dtype="float64") for _ in range(4))
    n = 0.5 + abs(n)
    expected = step(x, (h, c, n, m), w)[0]
    for a in (-2.0, 3.0):
        moved = step(x, (h, c * np.exp(-a), n * np.exp(-a), m + a), w)[0]
        np.testing.assert_allclose(moved, expected, rtol=1e-12)


def test_large_gates_overflow_nothing():
    layer = SLSTM(M, return_sequences=True)
    layer.build((B, T, D))
    rng = np.random.default_rng(3)
    for value in (5000.0, -5000.0):
        bias = layer.cell.bias.numpy()
        bias[:M] = value
        layer.cell.bias.assign(bias)
        h = layer(normal(rng, B, T, D)).numpy()
        assert np.all(np.isfinite(h)) and np.all(np.abs(h) <= 1)
        assert np.any(h != 0)
