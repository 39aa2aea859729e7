"""The loop over time with cuDNN on a GPU, under the conditions of `keras.layers`.

Keras's own routine is called, so the layout of the weights for cuDNN is Keras's. This code has not
been run on a GPU. The tests on a CPU check when cuDNN is used, which weights it is given, and how
its outputs are processed.
"""

from functools import partial
from typing import Any

import keras
from keras import activations, ops, tree
from keras.src import backend


class CudnnLayer:
    """A mixin for layers that use cuDNN where possible; it precedes `EquationLayer`."""

    cell: Any

    def __init__(self, units, *, use_cudnn="auto", **arguments):
        if use_cudnn not in ("auto", True, False):
            raise ValueError(f"use_cudnn is {use_cudnn!r}; expected True, False or 'auto'")
        super().__init__(units, **arguments)  # type: ignore[call-arg]
        self.use_cudnn = use_cudnn

    def get_config(self):
        """Returns the config; see `EquationLayer.get_config`."""
        return {**super().get_config(), "use_cudnn": self.use_cudnn}  # type: ignore[misc]

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Runs the loop over time; see `EquationLayer.inner_loop`."""
        loop = partial(super().inner_loop, sequences, initial_state, mask, training)  # type: ignore[misc]
        if not suits(self):
            return loop()
        states = tree.flatten(initial_state)
        x_masks, _ = self.cell.dropout_masks(sequences[:, 0], states[0], training)
        if x_masks is not None:
            sequences = sequences * x_masks[0][:, None]
        return run(self, sequences, states, mask, loop)


def suits(layer, gpu: bool | None = None) -> bool:
    """Whether to use cuDNN: it computes the same as the layer, and use_cudnn allows it.

    The conditions are those of `keras.layers.GRU` and `LSTM`.

    Args:
        layer: The layer.
        gpu: Whether a GPU is available; None asks TensorFlow.

    Raises:
        ValueError: use_cudnn is True and cuDNN cannot be used, as in Keras.
    """
    wish = getattr(layer, "use_cudnn", False)
    if wish is False:
        return False
    reason = _difference(layer)
    if reason is None and not (_gpu() if gpu is None else gpu):
        reason = "TensorFlow sees no GPU"
    if reason is not None and wish is True:
        raise ValueError(
            f"use_cudnn=True, but {reason}; expected a layer that cuDNN supports: set "
            "use_cudnn='auto', which uses cuDNN only where it can"
        )
    return reason is None


def _gpu() -> bool:
    import tensorflow as tf

    return bool(tf.config.list_logical_devices("GPU"))


def _difference(layer) -> str | None:
    """Returns what cuDNN does not support of the layer, or None."""
    if keras.backend.backend() != "tensorflow":
        return f"Keras runs on {keras.backend.backend()}, and rnnexp calls cuDNN by TensorFlow"
    import tensorflow as tf

    cell = layer.cell
    if cell.activation not in (activations.tanh, ops.tanh, tf.tanh):
        return "activation is not tanh"
    if cell.recurrent_activation not in (activations.sigmoid, ops.sigmoid, tf.sigmoid):
        return "recurrent_activation is not sigmoid"
    if not cell.use_bias:
        return "use_bias is False"
    if not getattr(cell, "reset_after", True):
        return "reset_after is False"
    if cell.recurrent_dropout:
        return "recurrent_dropout is not 0"
    if cell.dropout and cell.implementation == 1:
        return "implementation=1 uses a separate dropout mask for each neuron"
    if cell.residual:
        return "residual is True"
    if cell.zoneout:
        return "zoneout is not 0"
    if layer.unroll:
        return "unroll is True"
    return None


def run(layer, sequences, states, mask, loop):
    """Runs a layer with cuDNN.

    Args:
        layer: A layer that `suits`.
        sequences: x (B, T, D).
        states: S of (B, M).
        mask: (B, T) of bool, or None.
        loop: A function that runs the same without cuDNN, for masks that are not right-padded. With
            use_cudnn=True, Keras's routine raises an error for them instead.

    Returns:
        The last output (B, M), the outputs (B, T, M) and the S last states, like `inner_loop`.
    """
    routine = backend.gru if len(states) == 1 else backend.lstm

    def otherwise():
        last, outputs, final = loop()
        return last, outputs, list(final)

    def by_cudnn():
        kernel, recurrent_kernel, bias = weights(layer.cell)
        try:
            _, outputs, final = routine(
                sequences,
                *states,
                mask,
                kernel=kernel,
                recurrent_kernel=recurrent_kernel,
                bias=bias,
                activation=activations.tanh,
                recurrent_activation=activations.sigmoid,
                return_sequences=layer.return_sequences,
                go_backwards=layer.go_backwards,
            )
        except NotImplementedError:  # a GPU without cuDNN
            return otherwise()
        return shown(layer, outputs, final, mask)

    if mask is None or layer.use_cudnn is True:
        return by_cudnn()
    return ops.cond(right_padded(mask), by_cudnn, otherwise)


def weights(cell):
    """Returns the weights of a cell in the convention of `keras.layers`.

    If z = 1 takes the candidate, the columns of z are negated. This is exact: σ(-a) = 1 - σ(a).

    Returns:
        The kernel (D, N M), the recurrent kernel (M, N M) and the bias.
    """
    arrays = cell.step_weights()[:3]
    if getattr(cell, "update_gate", "keep") == "keep":
        return arrays
    return tuple(
        ops.concatenate([-array[..., : cell.units], array[..., cell.units :]], axis=-1)
        for array in arrays
    )


def right_padded(mask):
    """Whether every row of the mask (B, T) is True at least once and then False to its end."""
    begun = ops.all(mask[:, :1])
    return ops.logical_and(begun, ops.all(ops.logical_or(mask[:, :-1], ~mask[:, 1:])))


def shown(layer, outputs, final, mask):
    """Converts cuDNN's outputs, which are zero where masked, to what `inner_loop` returns.

    Keras does not convert them, so its outputs on a GPU differ from those on a CPU.

    Args:
        layer: The layer.
        outputs: (B, T, M), in the order in which the layer runs over time.
        final: The last states, S of (B, M).
        mask: (B, T) of bool, right-padded, or None.

    Returns:
        The last output (B, M), the outputs and the S last states.
    """
    last, final = final[0], list(final)
    if mask is not None and not layer.go_backwards:
        kept = ops.zeros_like(last) if layer.zero_output_for_mask else last
        last = ops.where(mask[:, -1:], last, kept)
        if layer.return_sequences:
            outputs = ops.where(mask[..., None], outputs, kept[:, None])
    return last, outputs if layer.return_sequences else last, final
