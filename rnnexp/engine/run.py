"""Runs an equation over time with the loop that suits the call."""

import dataclasses

import tensorflow as tf

from rnnexp.engine import context
from rnnexp.engine.activations import all_kerass, only_arithmetic
from rnnexp.engine.affine import affine_states
from rnnexp.engine.bptt import bptt
from rnnexp.engine.compile_policy import worth_compiling
from rnnexp.engine.forward import predicted, recorded, unrolled
from rnnexp.engine.lengths import padded
from rnnexp.engine.operands import Operands, constant, each_share
from rnnexp.engine.plan import plan
from rnnexp.engine.prediction import predict
from rnnexp.engine.weights import Weights, group_matrices, input_product, output_biases

_SHORTEST_IN_BLOCKS = 32


def run(
    equation,
    weights: Weights,
    x,
    states,
    mask=None,
    dropout=(None, None),
    zoneout=None,
    sequences=(),
    taps=(),
    compiled=False,
    unroll=False,
    parallel=True,
):
    """Runs `equation` over time.

    Args:
        equation: The equation.
        weights: The effective `Weights`.
        x: The inputs, (B, T, D).
        states: The initial states, S of (B, M).
        mask: (B, T) of bool, or None. Where it is False, the states are copied.
        dropout: The dropout masks of x_t (B, D) and of the vectors read from the state (B, M), each
            a list with one mask per neuron, or None.
        zoneout: For each state, the share (B, T, M) of its old value that a timestep keeps, or
            None; None without zoneout.
        sequences: The indices of the states to return for every timestep.
        taps: S zeros of (B, T, M), or empty; see `bptt`. With taps, the weights are constants.
        compiled: Whether XLA compiles the loops if a tape records: True, False, or the
            `CallCounter` of the layer, which decides by counting calls.
        unroll: Whether to run without a loop, as in `keras.layers.RNN`; T must be static.
        parallel: Whether blocks of timesteps run side by side if the equation is affine in its
            states, there are at least 32 timesteps, and there is no zoneout.

    Returns:
        The requested sequences, each (B, T, M), and the last states, S of (B, M).
    """
    if taps:
        weights = constant(weights)
    layout = plan(equation, share=dropout == (None, None))
    if zoneout is not None:  # a state is no longer the output of a neuron
        layout = dataclasses.replace(layout, states=())
    sequences = tuple(sequences)
    x = x if mask is None else _finite_where_masked(x, mask)

    def operands(x=x, mask=mask, zoneout=zoneout, length=None):
        found = operands_of(layout, weights, x, states, mask, dropout)
        return found._replace(zoneout=zoneout, length=length)

    if x.shape[1] is not None and (unroll or x.shape[1] == 1):
        return unrolled(equation, layout, operands(), sequences, taps)
    differentiated = context.differentiated()
    if not _graphs_allowed(equation, x.dtype):
        if differentiated or tf.executing_eagerly():
            return recorded(equation, layout, operands(), sequences, taps)
        return predicted(equation, layout, operands(), sequences)
    parallel = parallel and zoneout is None and _in_blocks(equation, x)
    if not differentiated:
        return predict(equation, layout, operands(), sequences, parallel)

    often = _often(compiled, x, states[0].shape[-1], len(equation.neurons))
    if often is False or x.shape[1] is not None:
        return bptt(equation, layout, operands(), sequences, taps, often, parallel)
    length = tf.shape(x)[1]
    longer_mask = None if mask is None else padded(mask)
    longer = operands(padded(x), longer_mask, each_share(padded, zoneout), length)
    taps = list(map(padded, taps))
    outputs, final = bptt(equation, layout, longer, sequences, taps, often, parallel)
    return [s[:, :length] for s in outputs], final


def _finite_where_masked(x, mask):
    """Returns x (B, T, D) with zeros in place of NaN and infinity where the mask (B, T) is False.

    A mask keeps them from the states, but not from the gradients: there they are multiplied by 0.
    """
    return tf.where(tf.expand_dims(mask, 2) | (tf.abs(x) <= x.dtype.max), x, tf.zeros_like(x))


def _in_blocks(equation, x) -> bool:
    """Whether the timesteps of x (B, T, D) can be divided into blocks, and are worth it."""
    # The map of a block is a product of many factors, for which 16 bits are too few.
    long = x.shape[1] is None or x.shape[1] >= _SHORTEST_IN_BLOCKS
    return long and x.dtype.size >= 4 and bool(affine_states(equation))


def _graphs_allowed(equation, dtype) -> bool:
    """Whether the engine may use its own graphs with its own backward pass."""
    if context.differentiated_forwards() or context.every_operation_watched():
        return False
    if tf.executing_eagerly():  # the graph is kept, with all values that it read
        return all_kerass(equation)
    return all_kerass(equation) or only_arithmetic(equation, dtype)


def _often(compiled, x, M, neurons):
    """Whether to compile for x (B, T, D), a bool or a tensor. Counts the call if necessary."""
    if context.inside_xla():
        return False
    if isinstance(compiled, bool):
        return compiled
    if not worth_compiling(M, x.dtype):
        return False
    return compiled.counted(x, M, neurons)


def operands_of(layout, weights: Weights, x, states, mask=None, dropout=(None, None)) -> Operands:
    """Returns the tensors of a call; see `run` for the arguments."""
    x_masks, h_masks = dropout
    units = states[0].shape[-1]
    first = [group.products[0].neuron for group in layout.groups]

    def dropped(k):
        return x if x_masks is None else x * x_masks[k][:, None]

    return Operands(
        inputs=(x,) if x_masks is None or not first else tuple(dropped(k) for k in first),
        matrices=tuple(group_matrices(layout, units, weights)),
        input_products={
            k: input_product(layout, k, units, dropped(k), weights) for k in sorted(layout.apart)
        },
        vectors=tuple(weights.vectors),
        biases=output_biases(layout, units, weights),
        states=tuple(states),
        mask=mask,
        read_masks=None if h_masks is None else tuple(h_masks[k] for k in first),
    )
