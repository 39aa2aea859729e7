"""Calls that no tape records."""

from functools import lru_cache

import tensorflow as tf

from rnnexp.engine import context
from rnnexp.engine.bptt import bptt
from rnnexp.engine.forward import predicted
from rnnexp.engine.graph_cache import GraphCache
from rnnexp.engine.operands import Operands
from rnnexp.engine.parallel import predicted_in_blocks


def predict(equation, plan, operands: Operands, sequences=(), parallel=False):
    """Runs an equation over time when no tape records.

    Eager calls use a kept graph. In a function that is being traced, the loop is part of its graph,
    with a custom gradient in case the function is differentiated later.

    Args:
        equation, plan: The equation and its plan.
        operands: The tensors of the call.
        sequences: The indices of the states to return for every timestep.
        parallel: Whether blocks of timesteps run side by side; the equation must be affine.

    Returns:
        The requested sequences, each (B, T, M), and the last states, S of (B, M).
    """
    if tf.executing_eagerly():
        return _graph(equation, plan, sequences, parallel)(operands)
    # Not what may be exported: ONNX and LiteRT do not take all that the blocks need.
    loop = predicted_in_blocks if parallel and not context.to_be_saved() else predicted

    @tf.custom_gradient
    def run(*followed):
        def gradient(*upstream):
            # TensorFlow's own gradient would store all outputs once for every timestep.
            with tf.GradientTape() as tape:
                tape.watch(followed)
                whole = operands.following(*followed)
                outputs = bptt(equation, plan, whole, sequences, parallel=parallel)
            return tape.gradient(
                tf.nest.flatten(outputs), followed, upstream, unconnected_gradients="zero"
            )

        return loop(equation, plan, operands.following(*followed), sequences), gradient

    return run(*operands.followed())


@lru_cache(maxsize=64)
def _graph(equation, plan, sequences, parallel):
    loop = predicted_in_blocks if parallel else predicted

    def run(operands):
        return loop(equation, plan, operands, sequences)

    return GraphCache(run, any_size=True)
