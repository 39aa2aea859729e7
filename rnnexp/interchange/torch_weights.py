"""Weights to and from the state dicts of `torch.nn.RNN`, `GRU` and `LSTM`, as NumPy arrays.

PyTorch stores W transposed and one bias beside each product. Its GRU stacks r, z, n where ours
stacks z, r, ĥ; it keeps the old state where z = 1 and resets after the product. Its LSTM stacks
i, f, g, o as ours. PyTorch itself is not needed here.
"""

import re

import keras
import numpy as np

from rnnexp import layers
from rnnexp.interchange.update_gate import check_turnable, turned

KINDS = {1: layers.SimpleRNN, 3: layers.GRU, 4: layers.LSTM}
NAME = re.compile(r"(weight_ih|weight_hh|bias_ih|bias_hh)_l(\d+)(_reverse)?")
FORWARD, BACKWARD = "", "_reverse"


def from_torch(state, **arguments):
    """The layers whose weights `state` holds, one for each of PyTorch's, first to last.

    state: {name: array} as `{k: v.numpy() for k, v in module.state_dict().items()}`. Whether RNN,
        GRU or LSTM follows from its shapes; a bidirectional one gives `keras.layers.Bidirectional`.
    arguments: for the layers, as activation="relu" for `torch.nn.RNN(nonlinearity="relu")`. Every
        layer but the last returns sequences, the last one too with return_sequences=True.
    Raises ValueError for a name or a shape that no such module has.
    """
    matches = [NAME.fullmatch(name) for name in state]
    if None in matches or "weight_ih_l0" not in state:
        raise ValueError(
            f"the state has the names {sorted(state)}; expected those of torch.nn.RNN, GRU or LSTM "
            "(weight_ih_l0, weight_hh_l0, …); projections (proj_size) have no counterpart in Keras"
        )
    depth = 1 + max(int(match[2]) for match in matches if match)
    last = arguments.pop("return_sequences", False)
    return [_layer(state, n, last or n < depth - 1, arguments) for n in range(depth)]


def to_torch(stack):
    """The state dict {name: array} of the PyTorch module that computes what `stack` computes.

    stack: layers with weights, first to last, each one of ours or a `Bidirectional` around it. A
        GRU needs reset_after=True; update_gate="new" is turned, exactly.
    Raises ValueError for what PyTorch cannot express.
    """
    state: dict[str, np.ndarray] = {}
    for n, layer in enumerate(stack):
        directions = {FORWARD: layer}
        if isinstance(layer, keras.layers.Bidirectional):
            directions = {FORWARD: layer.forward_layer, BACKWARD: layer.backward_layer}
        for direction, one in directions.items():
            names = [f"{name}_l{n}{direction}" for name in ("weight_ih", "weight_hh", "bias_ih")]
            names.append(f"bias_hh_l{n}{direction}")
            state.update(zip(names, _to_direction(one), strict=False))
    return state


def _layer(state, n, sequences, arguments):
    backward = f"weight_ih_l{n}{BACKWARD}" in state
    weights = _from_direction(state, n, FORWARD)
    units = weights[1].shape[0]
    kind = KINDS[weights[1].shape[1] // units]
    own = {"update_gate": "keep", "reset_after": True} if kind is layers.GRU else {}
    layer = kind(units, use_bias=len(weights) == 3, return_sequences=sequences, **(own | arguments))
    if backward:
        layer = keras.layers.Bidirectional(layer)
        weights += _from_direction(state, n, BACKWARD)
    layer.build((None, None, weights[0].shape[0]))
    layer.set_weights(weights)
    return layer


def _from_direction(state, n, direction):
    """Kernel (D, N M), recurrent kernel (M, N M) and, where there is one, bias."""
    suffix = f"_l{n}{direction}"
    kernel, recurrent = (np.asarray(state[f"weight_{k}{suffix}"]).T for k in ("ih", "hh"))
    units, columns = recurrent.shape
    if columns not in [units * n for n in KINDS]:
        raise ValueError(
            f"weight_hh{suffix} has the shape {(columns, units)}; expected M, 3 M or 4 M rows "
            "for M columns: the weights of torch.nn.RNN, GRU or LSTM"
        )
    gru = columns == 3 * units
    weights = [_r_and_z_swapped(w, units) if gru else w for w in (kernel, recurrent)]
    if f"bias_ih{suffix}" in state:
        biases = np.stack([np.asarray(state[f"bias_{k}{suffix}"]) for k in ("ih", "hh")])
        weights.append(_r_and_z_swapped(biases, units) if gru else biases.sum(0))
    return weights


def _to_direction(layer):
    """weight_ih (N M, D), weight_hh (N M, M) and, where there is a bias, bias_ih and bias_hh."""
    if not layer.built:
        raise ValueError(f"{layer.name} has no weights yet; call it or build it before")
    cell = layer.cell
    weights = [np.asarray(w) for w in (cell.kernel, cell.recurrent_kernel)]
    biases = None if cell.bias is None else np.asarray(cell.bias)
    if isinstance(layer, keras.layers.GRU):
        if not cell.reset_after:
            raise ValueError(
                "the GRU has reset_after=False; PyTorch's GRU resets after the product, and "
                "r ⊙ (h W_h) is not (r ⊙ h) W_h: train it with reset_after=True"
            )
        if getattr(cell, "update_gate", "keep") == "new":
            check_turnable(cell)
            weights = turned(weights, cell.units)
            biases = None if biases is None else turned([biases], cell.units)[0]
        weights = [_r_and_z_swapped(w, cell.units) for w in weights]
        biases = None if biases is None else _r_and_z_swapped(biases, cell.units)
    elif biases is not None:
        biases = np.stack([biases, np.zeros_like(biases)])
    return [w.T for w in weights] + ([] if biases is None else list(biases))


def _r_and_z_swapped(weight, units):
    """(…, 3M) with the first two of its three blocks exchanged."""
    first, second, third = np.split(weight, 3, axis=-1)
    return np.concatenate([second, first, third], axis=-1)
