"""Conversion to and from the state dicts of `torch.nn.RNN`, `GRU` and `LSTM`, as NumPy arrays.

PyTorch stores W transposed, and one bias for each of the two matrix products. Its GRU stacks the
gates as r, z, n, while rnnexp stacks z, r, ĥ. It keeps the old state at z = 1 and applies the reset
gate after the product. Its LSTM stacks i, f, g, o, as rnnexp does. PyTorch need not be installed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from rnnexp import layers
from rnnexp.interchange.torch_stack import check_expressible, directions
from rnnexp.interchange.torch_state import BACKWARD, BIASES, FORWARD, WEIGHTS, Module, read
from rnnexp.interchange.update_gate import check_turnable, turned

LAYERS = {"RNN": layers.SimpleRNN, "GRU": layers.GRU, "LSTM": layers.LSTM}
FROM_THE_STATE = ("units", "use_bias", "reset_after", "go_backwards")


def from_torch(state: Mapping[str, np.ndarray], **arguments: Any) -> list[keras.Layer]:
    """Creates layers with the weights of a `torch.nn.RNN`, `GRU` or `LSTM`.

    Args:
        state: {name: array}, for example `{k: v.numpy() for k, v in module.state_dict().items()}`.
            The shapes show whether it belongs to an RNN, a GRU or an LSTM.
        arguments: Further arguments of the layers, such as activation="relu" for
            `torch.nn.RNN(nonlinearity="relu")`. All layers but the last return sequences; with
            return_sequences=True, the last one does too.

    Returns:
        A list with one layer per layer of the PyTorch module, first to last, with the dtype of the
        arrays. For a bidirectional module they are `keras.layers.Bidirectional` layers.

    Raises:
        ValueError: A name or a shape is missing, or no such module has it.
        TypeError: `state` is not a mapping to arrays of floating point numbers.
    """
    module, arrays = read(state)
    given = [name for name in FROM_THE_STATE if name in arguments]
    if given:
        raise ValueError(f"{', '.join(given)} follows from the state; leave it out")
    last = arguments.pop("return_sequences", False)
    return [
        _layer(module, arrays, n, {**arguments, "return_sequences": last or n < module.depth - 1})
        for n in range(module.depth)
    ]


def to_torch(stack: Sequence[keras.Layer]) -> dict[str, np.ndarray]:
    """Returns the state dict of the PyTorch module that computes the same as the layers.

    Warns if a layer has dropout, which a state dict does not contain.

    Args:
        stack: Layers with weights, first to last, each one a SimpleRNN, GRU or LSTM of
            `rnnexp.layers` or `keras.layers`, or a `Bidirectional` around one. A SimpleRNN with
            relu needs nonlinearity="relu" in PyTorch. A GRU needs reset_after=True; one with
            update_gate="new" is converted exactly.

    Returns:
        {name: array}, for `load_state_dict` after conversion of the arrays to tensors.

    Raises:
        ValueError: PyTorch cannot express a layer. The message names the layer and the reason.
    """
    check_expressible(stack)
    state: dict[str, np.ndarray] = {}
    for n, wrapper in enumerate(stack):
        for direction, layer in zip((FORWARD, BACKWARD), directions(wrapper), strict=False):
            names = [f"{name}_l{n}{direction}" for name in (*WEIGHTS, *BIASES)]
            state.update(zip(names, _to_direction(layer), strict=False))
    return state


def _layer(
    module: Module, arrays: Mapping[str, np.ndarray], n: int, arguments: Mapping[str, Any]
) -> keras.Layer:
    weights = [w for direction in module.directions for w in _from_direction(arrays, n, direction)]
    own: dict[str, Any] = {"use_bias": module.bias}
    if module.kind == "GRU":
        own |= {"update_gate": "keep", "reset_after": True}
    if module.dtype != keras.config.floatx():
        own["dtype"] = module.dtype
    layer = LAYERS[module.kind](module.units, **{**own, **arguments})
    if arguments.get("update_gate") == "new":
        check_turnable(layer.cell)
        weights = turned(weights, module.units)
    if len(module.directions) == 2:
        layer = keras.layers.Bidirectional(layer)
    layer.build((None, None, weights[0].shape[0]))
    layer.set_weights(weights)
    return layer


def _from_direction(arrays: Mapping[str, np.ndarray], n: int, direction: str) -> list[np.ndarray]:
    """Returns the kernel (D, N M), the recurrent kernel (M, N M) and the bias, if there is one."""
    kernel, recurrent = (arrays[f"{name}_l{n}{direction}"].T for name in WEIGHTS)
    units, columns = recurrent.shape
    gru = columns == 3 * units
    weights = [_r_and_z_swapped(w, units) if gru else w for w in (kernel, recurrent)]
    if f"bias_ih_l{n}{direction}" in arrays:
        biases = np.stack([arrays[f"{name}_l{n}{direction}"] for name in BIASES])
        weights.append(_r_and_z_swapped(biases, units) if gru else biases.sum(0))
    return weights


def _to_direction(layer: keras.layers.RNN) -> list[np.ndarray]:
    """Returns weight_ih (N M, D), weight_hh (N M, M) and, with a bias, bias_ih and bias_hh."""
    cell = layer.cell
    weights = [np.asarray(w) for w in (cell.kernel, cell.recurrent_kernel)]
    biases = None if cell.bias is None else np.asarray(cell.bias)
    if isinstance(layer, (keras.layers.GRU, layers.GRU)):
        if getattr(cell, "update_gate", "keep") == "new":
            check_turnable(cell)
            weights = turned(weights, cell.units)
            biases = None if biases is None else turned([biases], cell.units)[0]
        weights = [_r_and_z_swapped(w, cell.units) for w in weights]
        biases = None if biases is None else _r_and_z_swapped(biases, cell.units)
    elif biases is not None:
        biases = np.stack([biases, np.zeros_like(biases)])
    return [w.T for w in weights] + ([] if biases is None else list(biases))


def _r_and_z_swapped(weight: np.ndarray, units: int) -> np.ndarray:
    """Swaps the first two of the three blocks of a weight (…, 3M)."""
    first, second, third = np.split(weight, 3, axis=-1)
    return np.concatenate([second, first, third], axis=-1)
