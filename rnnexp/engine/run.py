"""From a layer's weights and a batch of sequences to the sweep, and back."""

import tensorflow as tf

from rnnexp.engine.lengths import padded
from rnnexp.engine.operands import Operands
from rnnexp.engine.plan import plan
from rnnexp.engine.sweep import sweep
from rnnexp.engine.weights import gated_input, group_matrices


def run(
    equation,
    weights,
    x,
    states,
    mask=None,
    dropout=(None, None),
    sequences=(),
    taps=(),
    jit_compile=True,
):
    """Runs `equation` over x (B, T, D) from the states, S of (B, M).

    weights: kernel (D, N M), recurrent kernel (M, N M), bias (N M,), (2, N M) or None, in Keras's
        arrangement for N neurons.
    mask: (B, T) of bool, or None: where False, the states are copied.
    dropout: masks of x_t (B, D) and of what is read from the state (B, M), each a list with one per
        neuron, or None.
    sequences: indices of the states wanted after every timestep.
    taps: S zeros of (B, T, M), or nothing; see `sweep`. With taps, the weights are constants.
    jit_compile: by XLA; see `sweep`.
    Returns the wanted sequences, each (B, T, M), and the last states, S of (B, M).
    """
    if taps:
        weights = [None if w is None else tf.stop_gradient(w) for w in weights]
    kernel, recurrent_kernel, bias = weights
    x_masks, h_masks = dropout
    layout = plan(equation, share=x_masks is None and h_masks is None)
    units = recurrent_kernel.shape[0]
    first = [group.neurons[0] for group in layout.groups]
    length = None
    if x.shape[1] is None:
        x, mask, length = padded(x, mask)
        taps = [padded(tap, None)[0] for tap in taps]

    def dropped(k):
        return x if x_masks is None else x * x_masks[k][:, None]

    operands = Operands(
        inputs=(x,) if x_masks is None else tuple(dropped(k) for k in first),
        matrices=tuple(group_matrices(layout, units, kernel, recurrent_kernel, bias)),
        gated_inputs={k: gated_input(k, units, dropped(k), kernel, bias) for k in layout.gated},
        states=tuple(states),
        mask=mask,
        read_masks=None if h_masks is None else tuple(h_masks[k] for k in first),
        length=length,
    )
    swept, final = sweep(equation, layout, operands, sequences, taps, jit_compile)
    return [s[:, :length] for s in swept], final
