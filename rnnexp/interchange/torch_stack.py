"""Checks whether `torch.nn.RNN`, `GRU` or `LSTM` can express a stack of layers."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import keras

from rnnexp import layers
from rnnexp.interchange.same_function import name_of
from rnnexp.interchange.unsaid import OPTIONS, unsaid

KINDS = {
    layers.SimpleRNN: "RNN",
    layers.GRU: "GRU",
    layers.LSTM: "LSTM",
    keras.layers.SimpleRNN: "RNN",
    keras.layers.GRU: "GRU",
    keras.layers.LSTM: "LSTM",
}


def check_expressible(stack: Sequence[keras.Layer]) -> None:
    """Checks that one PyTorch module computes what `stack` does.

    Warns if a layer has dropout: a state dict does not contain dropout, and PyTorch's dropout
    during training differs from Keras's.

    Args:
        stack: Layers with weights, or `Bidirectional` wrappers around them, first to last.

    Raises:
        ValueError: No PyTorch module computes the same. The message names the layer.
    """
    if not isinstance(stack, list | tuple) or not stack:
        raise ValueError(
            f"got {type(stack).__name__} {stack!r}; expected a list of recurrent layers"
        )
    for wrapper in stack:
        for problem in _problems(wrapper):
            raise ValueError(f"{wrapper.name!r} {problem}")
    for wrapper in stack[:-1]:
        if not directions(wrapper)[0].return_sequences:
            raise ValueError(
                f"{wrapper.name!r} has return_sequences=False; expected True in every layer but "
                "the last one, because a PyTorch layer passes its whole sequence to the next layer"
            )
    _check_alike(stack)
    _check_widths(stack)
    if any(one.dropout or one.recurrent_dropout for w in stack for one in directions(w)):
        warnings.warn(
            "a state dict does not contain dropout. The PyTorch module computes the same in "
            "evaluation; in training, PyTorch applies dropout only between layers, with a new mask "
            "at every timestep",
            stacklevel=3,
        )


def directions(wrapper: keras.Layer) -> list[keras.Layer]:
    """Returns the forward layer and, for a `Bidirectional`, the backward layer."""
    if isinstance(wrapper, keras.layers.Bidirectional):
        return [wrapper.forward_layer, wrapper.backward_layer]
    return [wrapper]


def _problems(wrapper: keras.Layer) -> Iterator[str]:
    """Yields what PyTorch cannot express of one layer or `Bidirectional`, and the remedy."""
    if not isinstance(wrapper, keras.layers.Layer):
        raise ValueError(f"the stack contains {type(wrapper).__name__}; expected recurrent layers")
    parts = directions(wrapper)
    for layer in parts:
        if type(layer) not in KINDS:
            yield (
                f"is a {type(layer).__name__}; expected SimpleRNN, GRU or LSTM of rnnexp.layers or "
                "keras.layers, or a Bidirectional around one"
            )
    if len(parts) == 2 and wrapper.merge_mode != "concat":
        yield f"has merge_mode={wrapper.merge_mode!r}; expected merge_mode='concat' for PyTorch"
    if [layer.go_backwards for layer in parts] != [False, True][: len(parts)]:
        yield (
            "has go_backwards=True; expected a forward layer, or both directions in a "
            "Bidirectional: reverse the input in time instead"
        )
    for layer in parts:
        yield from _problems_of_one(layer)


def _problems_of_one(layer: keras.layers.RNN) -> Iterator[str]:
    if not layer.built:
        yield "has no weights yet; call or build it first"
    problem = unsaid({name: getattr(layer.cell, name, None) for name in OPTIONS})
    if problem is not None:
        yield f"{problem}; expected a layer without it: PyTorch's modules have no such option"
    kind, cell = KINDS[type(layer)], layer.cell
    expected = ("tanh", "relu") if kind == "RNN" else ("tanh",)
    if _activation(cell) not in expected:
        yield (
            f"has activation={_shown(cell.activation)}; expected {' or '.join(expected)}, which "
            f"is all that torch.nn.{kind} supports"
        )
    if kind != "RNN" and name_of(cell.recurrent_activation) != "sigmoid":
        yield (
            f"has recurrent_activation={_shown(cell.recurrent_activation)}; expected sigmoid, the "
            f"activation of the gates of torch.nn.{kind}"
        )
    if kind == "GRU" and not cell.reset_after:
        yield (
            "has reset_after=False; expected reset_after=True, because PyTorch's GRU applies the "
            "reset gate after the matrix product: train the layer with reset_after=True"
        )
    if layer.stateful:
        yield (
            "is stateful; expected stateful=False, because PyTorch's modules keep no state: "
            "convert a layer with stateful=False and pass the state to each call in PyTorch"
        )


def _check_alike(stack: Sequence[keras.Layer]) -> None:
    """Checks what one PyTorch module requires: the same kind, size, activation, dtype and bias."""
    both = [len(directions(wrapper)) for wrapper in stack]
    every = [layer for wrapper in stack for layer in directions(wrapper)]
    shared = {
        "kind": [KINDS[type(layer)] for layer in every],
        "units": [layer.units for layer in every],
        "activation": [_activation(layer.cell) for layer in every],
        "use_bias": [layer.use_bias for layer in every],
        "dtype": [layer.cell.kernel.dtype for layer in every],
        "number of directions": both,
    }
    for what, values in shared.items():
        if len(set(values)) > 1:
            raise ValueError(
                f"the layers differ in {what}: {', '.join(map(str, values))}; expected the same "
                "for one PyTorch module: convert the layers one by one, each to its own module"
            )


def _check_widths(stack: Sequence[keras.Layer]) -> None:
    for before, after in pairwise(stack):
        width = len(directions(before)) * directions(before)[0].units
        for layer in directions(after):
            if layer.cell.kernel.shape[0] != width:
                raise ValueError(
                    f"{after.name!r} takes {layer.cell.kernel.shape[0]} features, but the layer "
                    f"before it, {before.name!r}, has {width}; expected the layers in the order "
                    "in which they are applied"
                )


def _activation(cell: keras.Layer) -> str | None:
    return name_of(cell.activation)


def _shown(function: Callable[..., Any]) -> str:
    return repr(getattr(function, "__name__", function))
