"""Divides the batch among the cores of the CPU.

Sequences are independent, so each core runs a shard of the batch. One timestep is too little work
to be divided among cores.
"""

import os

import tensorflow as tf

from rnnexp.engine.operands import Operands

SMALLEST = 4


def number_of_shards(B) -> int:
    """Returns the number of shards of a batch of B sequences; B is None if it is not static."""
    if tf.config.get_visible_devices("GPU"):
        return 1
    cores = tf.config.threading.get_inter_op_parallelism_threads() or os.cpu_count() or 1
    return cores if B is None else max(1, min(cores, B // SMALLEST))


def split_tensor(tensor, n):
    """Splits a tensor (B, …) into n shards of equal size; the last ones may be smaller."""
    if n == 1:
        return [tensor]
    B = tensor.shape[0] or tf.shape(tensor)[0]
    each = -(-B // n)
    return [tensor[i * each : (i + 1) * each] for i in range(n)]


def join(parts):
    """Joins the shards (B_i, …) to one tensor."""
    return parts[0] if len(parts) == 1 else tf.concat(parts, 0)


def join_structures(results):
    """Joins equal structures of shards to one structure of whole tensors."""
    return tf.nest.map_structure(lambda *parts: join(parts), *results)


def split_operands(operands: Operands, n) -> list[Operands]:
    """Splits the operands into n shards, which share the weights."""
    batched = operands._replace(matrices=(), vectors=(), biases={}, length=None)
    flat = [split_tensor(tensor, n) for tensor in tf.nest.flatten(batched) if tensor is not None]
    shards = []
    for i in range(n):
        own = iter([parts[i] for parts in flat])
        part = tf.nest.map_structure(lambda x, own=own: None if x is None else next(own), batched)
        shards.append(
            part._replace(
                matrices=operands.matrices,
                vectors=operands.vectors,
                biases=operands.biases,
                length=operands.length,
            )
        )
    return shards
