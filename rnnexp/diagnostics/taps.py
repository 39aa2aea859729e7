"""Loops with taps, which temporarily replace the loop of a recurrent layer."""

import threading
from contextlib import contextmanager
from typing import Any, NamedTuple

import tensorflow as tf
from keras import ops, tree

from rnnexp.diagnostics.recurrent import equation_of, weights_of
from rnnexp.engine.run import run
from rnnexp.layers.arguments import numbers, timestep_mask
from rnnexp.layers.equation_cell import EquationCell
from rnnexp.layers.outputs import outputs_of


class Pass(NamedTuple):
    """One call of a layer with S states, in the order in which the layer runs over time.

    Attributes:
        x: The inputs, (B, T, D).
        mask: (B, T) of bool, or None.
        initial: The states before the first timestep, S of (B, M).
        states: The states after each timestep, S of (B, T, M).
        taps: S zeros of (B, T, M); empty without a tape.
    """

    x: Any
    mask: Any
    initial: Any
    states: Any
    taps: Any


class TappedLoop:
    """Runs the equation of a layer like the layer itself, with taps that a tape watches.

    Calls of the layer from other threads run the layer's own loop.

    Args:
        layer: A recurrent layer.
        tape: A `tf.GradientTape`, or None for no taps.
        jit_compile: Whether XLA compiles the loop; see `compiled` of the engine's `run`.

    Attributes:
        passes: A `Pass` for each call, in order.
    """

    def __init__(self, layer, tape, jit_compile):
        self.layer, self.tape, self.jit_compile = layer, tape, jit_compile
        self.equation = equation_of(layer)
        self.passes: list[Pass] = []
        self._thread = threading.get_ident()

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Runs the loop; Keras calls this method.

        Args:
            sequences: The inputs, (B, T, D).
            initial_state: S of (B, M).
            mask: (B, T), or None.
            training: Whether Keras calls the layer in training mode.

        Returns:
            The last output (B, M), the outputs (B, T, M) and the S last states (B, M).

        Raises:
            ValueError: The layer would apply dropout.
        """
        layer = self.layer
        if threading.get_ident() != self._thread:
            return type(layer).inner_loop(layer, sequences, initial_state, mask, training)
        random = ("dropout", "recurrent_dropout", "zoneout")
        drawn = [name for name in random if getattr(layer.cell, name, 0)]
        if training and drawn:
            raise ValueError(
                f"layer {layer.name!r} is called with training=True inside the model and would "
                f"apply {' and '.join(drawn)}; expected training=False, because a trace shows the "
                "model in prediction"
            )
        sequences = numbers(sequences, layer.cell.compute_dtype)
        mask = timestep_mask(mask, sequences)
        if layer.go_backwards:
            sequences = ops.flip(sequences, axis=1)
            mask = None if mask is None else ops.flip(mask, axis=1)
        # Values, because the variables of a stateful layer are assigned before they are read here.
        initial = tuple(map(tf.convert_to_tensor, tree.flatten(initial_state)))
        states, final = self._run(sequences, mask, initial)
        h = outputs_of(layer, states[0], sequences, mask)
        return h[:, -1], h, list(final)

    def _zoneout(self, x):
        if not isinstance(self.layer.cell, EquationCell):
            return None
        shape = (*ops.shape(x)[:2], self.layer.cell.units)
        return self.layer.cell.zoneout_shares(shape, training=False)

    def _run(self, x, mask, initial):
        taps = []
        if self.tape is not None:
            # In a graph B and T may be unknown.
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
            zoneout=self._zoneout(x),
            sequences=range(len(initial)),
            taps=taps,
            compiled=self.jit_compile,
            parallel=getattr(self.layer, "parallel", True),
        )
        self.passes.append(Pass(x, mask, initial, states, taps))
        return states, final


@contextmanager
def tapped(layers, tape, jit_compile):
    """Replaces the loop of each layer by a `TappedLoop` inside a `with` block.

    The layers are changed in place and not copied, because a model with custom layers or a Lambda
    often has no config from which it could be copied.

    Args:
        layers: The recurrent layers by name.
        tape: See `TappedLoop`.
        jit_compile: See `TappedLoop`.

    Yields:
        The loops by name.
    """
    loops = {name: TappedLoop(layer, tape, jit_compile) for name, layer in layers.items()}
    for loop in loops.values():
        # This bypasses Keras's __setattr__, which may track the value.
        vars(loop.layer)["inner_loop"] = loop.inner_loop
    try:
        yield loops
    finally:
        for loop in loops.values():
            del vars(loop.layer)["inner_loop"]
