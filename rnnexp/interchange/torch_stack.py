"""What `torch.nn.RNN`, `GRU` and `LSTM` can say, of a stack of layers."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import keras

from rnnexp import layers
from rnnexp.interchange.same_function import name_of

KINDS = {
    layers.SimpleRNN: "RNN",
    layers.GRU: "GRU",
    layers.LSTM: "LSTM",
    keras.layers.SimpleRNN: "RNN",
    keras.layers.GRU: "GRU",
    keras.layers.LSTM: "LSTM",
}


def check_expressible(stack: Sequence[keras.Layer]) -> None:
    """Raises ValueError, naming the layer, where no module of PyTorch computes what `stack` does.

    stack: layers with weights, or `Bidirectional` around them, first to last. Warns of dropout: a
    state dict holds none, and PyTorch's own, in training, is another one.
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
                f"{wrapper.name!r} has return_sequences=False; a layer of PyTorch's hands every "
                "output on to the next one: only the last layer may leave the sequence"
            )
    _check_alike(stack)
    _check_widths(stack)
    if any(one.dropout or one.recurrent_dropout for w in stack for one in directions(w)):
        warnings.warn(
            "a state dict holds no dropout: PyTorch's module computes the same in evaluation; in "
            "training its dropout is between the layers only, and anew at every timestep",
            stacklevel=3,
        )


def directions(wrapper: keras.Layer) -> list[keras.Layer]:
    """The layer that goes forwards and, in a `Bidirectional`, the one that goes backwards."""
    if isinstance(wrapper, keras.layers.Bidirectional):
        return [wrapper.forward_layer, wrapper.backward_layer]
    return [wrapper]


def _problems(wrapper: keras.Layer) -> Iterator[str]:
    """What one layer or `Bidirectional` has that PyTorch cannot say, ending with how to mend it."""
    if not isinstance(wrapper, keras.layers.Layer):
        raise ValueError(f"the stack holds {type(wrapper).__name__}; expected recurrent layers")
    parts = directions(wrapper)
    for layer in parts:
        if type(layer) not in KINDS:
            yield (
                f"is a {type(layer).__name__}; expected SimpleRNN, GRU or LSTM of rnnexp.layers or "
                "keras.layers, or a Bidirectional around one"
            )
    if len(parts) == 2 and wrapper.merge_mode != "concat":
        yield f"has merge_mode={wrapper.merge_mode!r}; PyTorch knows merge_mode='concat' only"
    if [layer.go_backwards for layer in parts] != [False, True][: len(parts)]:
        yield (
            "has go_backwards=True; PyTorch's modules read forwards, or both ways: reverse the "
            "input in time instead"
        )
    for layer in parts:
        yield from _problems_of_one(layer)


def _problems_of_one(layer: keras.layers.RNN) -> Iterator[str]:
    if not layer.built:
        yield "has no weights yet; call it or build it before"
    kind, cell = KINDS[type(layer)], layer.cell
    expected = ("tanh", "relu") if kind == "RNN" else ("tanh",)
    if _activation(cell) not in expected:
        yield (
            f"has activation={_shown(cell.activation)}; torch.nn.{kind} computes "
            f"{' or '.join(expected)} only"
        )
    if kind != "RNN" and name_of(cell.recurrent_activation) != "sigmoid":
        yield (
            f"has recurrent_activation={_shown(cell.recurrent_activation)}; the gates of "
            f"torch.nn.{kind} are sigmoid only"
        )
    if kind == "GRU" and not cell.reset_after:
        yield (
            "has reset_after=False; PyTorch's GRU resets after the product, and r ⊙ (h W_h) is not "
            "(r ⊙ h) W_h: train it with reset_after=True"
        )
    if layer.stateful:
        yield (
            "is stateful; PyTorch's modules keep no state: convert a layer with stateful=False, "
            "and hand the state from call to call there"
        )


def _check_alike(stack: Sequence[keras.Layer]) -> None:
    """One module has one kind, one size, one nonlinearity, one dtype, biases or none."""
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
                f"the layers differ in {what}: {', '.join(map(str, values))}; one module of "
                "PyTorch has one for all: convert the layers one by one, into a module each"
            )


def _check_widths(stack: Sequence[keras.Layer]) -> None:
    for before, after in pairwise(stack):
        width = len(directions(before)) * directions(before)[0].units
        for layer in directions(after):
            if layer.cell.kernel.shape[0] != width:
                raise ValueError(
                    f"{after.name!r} takes {layer.cell.kernel.shape[0]} features and the layer "
                    f"before it, {before.name!r}, gives {width}; expected layers in their order"
                )


def _activation(cell: keras.Layer) -> str | None:
    return name_of(cell.activation)


def _shown(function: Callable[..., Any]) -> str:
    return repr(getattr(function, "__name__", function))
