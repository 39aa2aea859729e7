"""What PyTorch's modules hold and compute, in NumPy."""

import numpy as np

from tests.transcriptions.arithmetic import parts, sigmoid
from tests.units import normal

B, T, D, M = 3, 6, 4, 5


ROWS = {"RNN": 1, "GRU": 3, "LSTM": 4}


DIRECTIONS = ("", "_reverse")


def state_dict(kind, depth, directions, bias, rng):
    """Random weights under PyTorch's names and in its shapes."""
    state = {}
    for n in range(depth):
        inputs = D if n == 0 else M * len(directions)
        for direction in directions:
            shapes = {"weight_ih": (inputs,), "weight_hh": (M,)}
            if bias:
                shapes |= {"bias_ih": (), "bias_hh": ()}
            for name, columns in shapes.items():
                state[f"{name}_l{n}{direction}"] = 0.4 * normal(rng, ROWS[kind] * M, *columns)
    return state


def torch_step(kind, x, h, c, state, suffix):
    """One timestep as the documentation of torch.nn.RNN, GRU and LSTM gives it."""
    zero = np.zeros(ROWS[kind] * M, "float32")
    a = x @ state["weight_ih" + suffix].T + state.get("bias_ih" + suffix, zero)
    u = h @ state["weight_hh" + suffix].T + state.get("bias_hh" + suffix, zero)
    if kind == "RNN":
        return np.tanh(a + u), c
    if kind == "LSTM":
        i, f, g, o = parts(a + u, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c
    (a_r, a_z, a_n), (u_r, u_z, u_n) = parts(a, 3), parts(u, 3)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    return (1 - z) * np.tanh(a_n + r * u_n) + z * h, c


def torch_module(kind, x, state, depth, directions):
    """Outputs (B, T, M · directions) of the stacked, perhaps bidirectional, module."""
    for n in range(depth):
        outputs = []
        for direction in directions:
            h = c = np.zeros((B, M), "float32")
            steps = range(T) if direction == "" else reversed(range(T))
            over_time = np.zeros((B, T, M), "float32")
            for t in steps:
                h, c = torch_step(kind, x[:, t], h, c, state, f"_l{n}{direction}")
                over_time[:, t] = h
            outputs.append(over_time)
        x = np.concatenate(outputs, -1)
    return x


def built(layer, features=D):
    layer.build((None, None, features))
    return layer


def lstm_with(**more):
    return {**state_dict("LSTM", 1, DIRECTIONS[:1], True, np.random.default_rng(8)), **more}
