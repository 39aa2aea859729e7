"""The batch divided among the processor's cores.

Sequences do not wait for each other, so each core sweeps a share of the batch on its own: one step
is too small a piece of work to be divided itself.
"""

import os
from functools import cache

import tensorflow as tf

from rnnexp.engine.operands import Operands

SMALLEST = 4


def number(B) -> int:
    """How many shares a batch of B sequences is divided into; B may be None, not known yet."""
    if tf.config.get_visible_devices("GPU"):
        return 1
    cores = tf.config.threading.get_inter_op_parallelism_threads() or os.cpu_count() or 1
    return cores if B is None else max(1, min(cores, B // SMALLEST))


def cut(tensor, n, axis):
    """The n shares of a tensor along its batch axis, equal but for the last one's remainder."""
    if n == 1:
        return [tensor]
    B = tensor.shape[axis] or tf.shape(tensor)[axis]
    each = -(-B // n)
    head = (slice(None),) * axis
    return [tensor[(*head, slice(i * each, (i + 1) * each))] for i in range(n)]


def join(parts, axis):
    return parts[0] if len(parts) == 1 else tf.concat(parts, axis)


def split(operands: Operands) -> list[Operands]:
    """The operands of each share; all share the matrices."""
    n = number(operands.states[0].shape[0])
    once = {id(x): cut(x, n, 1) for x in operands.inputs}
    gated = {k: cut(v, n, 1) for k, v in operands.gated_inputs.items()}
    states = [cut(s, n, 0) for s in operands.states]
    mask = None if operands.mask is None else cut(operands.mask, n, 1)
    reads = None if operands.read_masks is None else [cut(m, n, 0) for m in operands.read_masks]
    return [
        Operands(
            inputs=tuple(once[id(x)][i] for x in operands.inputs),
            matrices=operands.matrices,
            gated_inputs={k: v[i] for k, v in gated.items()},
            states=tuple(s[i] for s in states),
            mask=None if mask is None else mask[i],
            read_masks=None if reads is None else tuple(m[i] for m in reads),
            length=operands.length,
        )
        for i in range(n)
    ]


@cache
def _together(function):
    def run(arguments):
        return [function(*a) for a in arguments]

    return tf.function(run, autograph=False)


def each(function, arguments):
    """function(*a) for each a: as one graph, so that they run side by side in eager mode too."""
    return _together(function)(arguments)
