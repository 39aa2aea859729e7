"""An equation over all timesteps, with its own way back, compiled by XLA."""

from functools import cache

import tensorflow as tf

from rnnexp.engine import shares
from rnnexp.engine.forward import forward
from rnnexp.engine.operands import Operands
from rnnexp.engine.reverse import reverse


@cache
def _compiled_forward(equation, plan, sequences):
    def run(operands: Operands):
        states, stored, final = forward(equation, plan, operands)
        return [states[j][1:] for j in sequences], final, states, stored

    return tf.function(run, jit_compile=True, autograph=False)


@cache
def _compiled_reverse(equation, plan, sequences, tapped):
    def run(operands: Operands, states, stored, d_sequences, d_final):
        by_state = dict(zip(sequences, d_sequences, strict=True))
        found = reverse(equation, plan, operands, states, stored, by_state, d_final)
        return found if tapped else found._replace(after=())

    return tf.function(run, jit_compile=True, autograph=False)


def sweep(equation, plan, operands: Operands, sequences=(), taps=()):
    """Runs `equation` over time. Differentiable in inputs, matrices, gated inputs and states.

    sequences: the indices of the states wanted after every timestep.
    taps: S zeros of (T, B, M), or nothing. The gradient of tap j is, for every t, the whole
        dL/d(state j after t) through the recurrence.
    Returns the wanted sequences, each (T, B, M), and the states after T, S of (B, M).
    """
    sequences = tuple(sequences)
    go = _compiled_forward(equation, plan, sequences)
    come_back = _compiled_reverse(equation, plan, sequences, bool(taps))

    @tf.custom_gradient
    def run(inputs, matrices, gated_inputs, states, taps):
        # A tape around us would otherwise differentiate the compiled loops a second time.
        inputs, matrices, gated_inputs, states = tf.nest.map_structure(
            tf.stop_gradient, (inputs, matrices, gated_inputs, states)
        )
        whole = operands._replace(
            inputs=inputs, matrices=matrices, gated_inputs=gated_inputs, states=states
        )
        parts = shares.split(whole)
        swept = shares.each(go, [(part,) for part in parts])
        outputs = [shares.join(s, 1) for s in zip(*(r[0] for r in swept), strict=True)]
        final = [shares.join(s, 0) for s in zip(*(r[1] for r in swept), strict=True)]

        def gradient(*d_results):
            d_outputs = [shares.cut(d, len(parts), 1) for d in d_results[: len(sequences)]]
            d_final = [shares.cut(d, len(parts), 0) for d in d_results[len(sequences) :]]
            arguments = [
                (part, r[2], r[3], [d[i] for d in d_outputs], [d[i] for d in d_final])
                for i, (part, r) in enumerate(zip(parts, swept, strict=True))
            ]
            found = shares.each(come_back, arguments)
            return _collect(whole, found)

        return (outputs, final), gradient

    return run(operands.inputs, operands.matrices, operands.gated_inputs, operands.states, taps)


def _collect(operands, found):
    """The gradients of all shares as one, in the order of the sweep's arguments."""
    M = operands.states[0].shape[-1]
    deltas = [shares.join(d, 1) for d in zip(*(f.products for f in found), strict=True)]
    # Outside the compiled part, so that an input that needs no gradient costs none.
    inputs = [
        tf.einsum("tbn,en->tbe", delta, matrix[M:])
        for delta, matrix in zip(deltas, operands.matrices, strict=True)
    ]
    matrices = [tf.add_n(m) for m in zip(*(f.matrices for f in found), strict=True)]
    gated = {k: shares.join([f.gated_inputs[k] for f in found], 1) for k in operands.gated_inputs}
    states = [shares.join(s, 0) for s in zip(*(f.states for f in found), strict=True)]
    after = [shares.join(d, 1) for d in zip(*(f.after for f in found), strict=True)]
    return inputs, matrices, gated, states, after
