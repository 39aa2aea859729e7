"""Loops with taps: they stand in for a recurrent layer's loop, and keep what goes through it."""

import threading
from contextlib import contextmanager
from typing import Any, NamedTuple

import tensorflow as tf
from keras import ops, tree

from rnnexp.diagnostics.recurrent import equation_of, weights_of
from rnnexp.engine.run import run
from rnnexp.layers.arguments import numbers, timestep_mask
from rnnexp.layers.equation_layer import masked_output


class Pass(NamedTuple):
    """One call of a layer, in the order in which it goes over time. S states.

    Attributes:
        x: (B, T, D).
        mask: (B, T) of bool, or None.
        initial: S of (B, M), before the first timestep.
        states: S of (B, T, M), after each timestep.
        taps: S zeros of (B, T, M), or nothing without a tape.
    """

    x: Any
    mask: Any
    initial: Any
    states: Any
    taps: Any


class TappedLoop:
    """Runs a layer's equation as the layer would, with taps that `tape` watches.

    Another thread that calls the layer meanwhile gets what the layer itself does.

    Args:
        layer: A recurrent layer.
        tape: A `tf.GradientTape`, or None for no taps.
        jit_compile: As `engine.run` takes it.

    Attributes:
        passes: A `Pass` for each call, in order.
    """

    def __init__(self, layer, tape, jit_compile):
        self.layer, self.tape, self.jit_compile = layer, tape, jit_compile
        self.equation = equation_of(layer)
        self.passes: list[Pass] = []
        self._thread = threading.get_ident()

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """As Keras calls it: (B, T, D), S of (B, M), (B, T) or None → h_T, every h_t, states."""
        layer = self.layer
        if threading.get_ident() != self._thread:
            return type(layer).inner_loop(layer, sequences, initial_state, mask, training)
        if training and (layer.cell.dropout or layer.cell.recurrent_dropout):
            raise ValueError(
                f"layer {layer.name!r} is called with training=True inside the model and drops "
                "out at random; expected training=False, for a trace is of the model as it predicts"
            )
        sequences = numbers(sequences, layer.cell.compute_dtype)
        mask = timestep_mask(mask, sequences)
        if layer.go_backwards:
            sequences = ops.flip(sequences, axis=1)
            mask = None if mask is None else ops.flip(mask, axis=1)
        # Values, for a stateful layer's variables are assigned before what is seen is put together.
        initial = tuple(map(tf.convert_to_tensor, tree.flatten(initial_state)))
        states, final = self._run(sequences, mask, initial)
        h = masked_output(states[0], mask, layer.zero_output_for_mask)
        return h[:, -1], h, list(final)

    def _run(self, x, mask, initial):
        taps = []
        if self.tape is not None:
            # In a graph B and T may not be known yet.
            shape = [*tf.unstack(tf.shape(x)[:2]), self.layer.cell.units]
            taps = [tf.zeros(shape, x.dtype) for _ in initial]
            for tap in taps:
                tap.set_shape([*x.shape[:2], self.layer.cell.units])
            self.tape.watch(taps)
        states, final = run(
            self.equation,
            weights_of(self.layer),
            x,
            initial,
            mask=mask,
            sequences=range(len(initial)),
            taps=taps,
            compiled=self.jit_compile,
        )
        self.passes.append(Pass(x, mask, initial, states, taps))
        return states, final


@contextmanager
def tapped(layers, tape, jit_compile):
    """Puts a `TappedLoop` into each of the layers while the block runs, and takes it out again.

    In place and not in a copy: a model with layers of one's own, or a Lambda, often has no config
    to be copied from.

    Args:
        layers: By name.
        tape: As `TappedLoop` takes it.
        jit_compile: As `TappedLoop` takes it.

    Yields:
        The loops, by name.
    """
    loops = {name: TappedLoop(layer, tape, jit_compile) for name, layer in layers.items()}
    for loop in loops.values():
        # Past Keras's own __setattr__, which may keep book of what it is given.
        vars(loop.layer)["inner_loop"] = loop.inner_loop
    try:
        yield loops
    finally:
        for loop in loops.values():
            del vars(loop.layer)["inner_loop"]
