"""An equation over all timesteps, with its own way back; as a rule compiled by XLA."""

from functools import cache

import tensorflow as tf

from rnnexp.engine import shares
from rnnexp.engine.forward import forward
from rnnexp.engine.operands import Operands, time_first
from rnnexp.engine.reverse import matrix_gradients, reverse
from rnnexp.engine.traced import Traced


@cache
def _forward_loop(equation, plan, sequences, jit_compile):
    def run(operands: Operands):
        states, stored, final = forward(equation, plan, operands)
        return [time_first(states[j][1:]) for j in sequences], final, states, stored

    return Traced(run, jit_compile=jit_compile)


@cache
def _reverse_loop(equation, plan, sequences, tapped, jit_compile):
    def run(operands: Operands, states, stored, d_sequences, d_final):
        by_state = {j: time_first(d) for j, d in zip(sequences, d_sequences, strict=True)}
        found = reverse(equation, plan, operands, states, stored, by_state, d_final)
        gated = {k: time_first(d) for k, d in found.gated_inputs.items()}
        after = [time_first(d) for d in found.after] if tapped else []
        # Who looks at taps needs no gradient of the weights, and has less to compile without it.
        matrices = [] if tapped else matrix_gradients(plan, operands, states, found)
        return found._replace(gated_inputs=gated, after=after, read={}), matrices

    return Traced(run, jit_compile=jit_compile)


def sweep(equation, plan, operands: Operands, sequences=(), taps=(), jit_compile=True):
    """Runs `equation` over time. Differentiable in inputs, matrices, gated inputs and states.

    sequences: the indices of the states wanted after every timestep.
    taps: S zeros of (B, T, M), or nothing. The gradient of tap j is, for every t, the whole
        dL/d(state j after t) through the recurrence. With taps, the matrices are constants.
    jit_compile: compile both loops by XLA, which takes tenths of a second; without it a timestep
        takes some ten microseconds longer, with which a few calls are better off.
    Returns the wanted sequences, each (B, T, M), and the states after T, S of (B, M).
    """
    sequences = tuple(sequences)
    go = _forward_loop(equation, plan, sequences, jit_compile)
    come_back = _reverse_loop(equation, plan, sequences, bool(taps), jit_compile)
    n = shares.number(operands.states[0].shape[0])

    @tf.custom_gradient
    def run(inputs, matrices, gated_inputs, states, taps):
        followed = (inputs, matrices, gated_inputs, states)
        # A tape around us would otherwise differentiate the compiled loops a second time.
        inputs, matrices, gated_inputs, states = tf.nest.map_structure(
            tf.stop_gradient, (inputs, matrices, gated_inputs, states)
        )
        # Keras draws the masks of the states from the states, so the tape follows them too.
        read_masks = operands.read_masks and tuple(map(tf.stop_gradient, operands.read_masks))
        whole = operands._replace(
            inputs=inputs,
            matrices=matrices,
            gated_inputs=gated_inputs,
            states=states,
            read_masks=read_masks,
        )
        parts = shares.split(whole, n)
        swept = shares.each(go, [(part,) for part in parts])
        results = shares.joined([(outputs, final) for outputs, final, _, _ in swept])

        def back(*upstream):
            cut = list(zip(*(shares.cut(d, n) for d in upstream), strict=True))
            arguments = [
                (part, states, stored, list(d[: len(sequences)]), list(d[len(sequences) :]))
                for part, (_, _, states, stored), d in zip(parts, swept, cut, strict=True)
            ]
            return shares.each(come_back, arguments)

        def gradient(*upstream):
            return _collect(whole, _once(back, upstream, followed))

        return results, gradient

    return run(operands.inputs, operands.matrices, operands.gated_inputs, operands.states, taps)


def _once(back, upstream, followed):
    """back(*upstream), which a tape cannot go through again and says so."""

    @tf.custom_gradient
    def once(upstream, _):
        def again(*_):
            raise NotImplementedError(
                "rnnexp's layers have no derivative of their gradient; for a penalty on gradients "
                "use keras.layers.RNN around the layer's cell, as in "
                "keras.layers.RNN(rnnexp.layers.GRUCell(64))"
            )

        return back(*tf.nest.map_structure(tf.stop_gradient, upstream)), again

    return once(upstream, followed)


def _collect(operands, found):
    """The gradients of all shares as one, in the order of the sweep's arguments."""
    swept, of_matrices = zip(*found, strict=True)
    M, D = operands.states[0].shape[-1], operands.inputs[0].shape[-1]
    # Outside the compiled part, so that an input that needs no gradient costs none.
    by_group = [
        shares.join([tf.einsum("tbn,dn->btd", f.products[g], matrix[M : M + D]) for f in swept])
        for g, matrix in enumerate(operands.matrices)
    ]
    inputs = by_group if len(operands.inputs) > 1 else [tf.add_n(by_group)]
    matrices = [tf.add_n(m) for m in zip(*of_matrices, strict=True)]
    gated, states, after = shares.joined([(f.gated_inputs, f.states, f.after) for f in swept])
    return inputs, matrices or [None] * len(operands.matrices), gated, states, after
