"""What Keras and TensorFlow leave out where a batch is divided over several devices."""

from collections.abc import Sequence

import keras
import tensorflow as tf

_EVALUATED = 512  # at once, at most: it bounds the memory, not the result


def clip_the_whole(optimizer: keras.optimizers.Optimizer, replicas: int) -> None:
    """Make `optimizer` clip the gradient of the whole batch.

    Keras clips the gradient of each device's part and then adds these up, so that a batch on two
    devices makes a longer step than the same batch on one.
    """
    apply = optimizer.apply

    def apply_whole(gradients: Sequence, variables: Sequence | None = None) -> None:
        context = tf.distribute.get_replica_context()
        whole = _clipped(optimizer, context.all_reduce(tf.distribute.ReduceOp.SUM, list(gradients)))
        # What Keras is handed it clips, to no effect since it is shorter still, and adds up.
        apply([gradient / replicas for gradient in whole], variables)

    optimizer.apply = apply_whole


def make_readable(optimizer: keras.optimizers.Optimizer) -> None:
    """Let int() and float() read a mirrored variable, as they read every other one."""
    kind = type(optimizer.iterations.value)
    kind.__int__ = lambda variable: int(variable.numpy())
    kind.__float__ = lambda variable: float(variable.numpy())


def evaluation_batch(model: keras.Model, examples: int) -> int:
    """How many examples `model` is to be evaluated on at once.

    On several devices, such that each has one at least of every batch, also of the last: the mean
    of none is no number, and Keras would carry it into the whole.
    """
    replicas = model.distribute_strategy.num_replicas_in_sync
    if replicas == 1:
        return _EVALUATED
    largest = min(_EVALUATED, examples) // replicas * replicas
    for batch in range(largest, 0, -replicas):
        if examples % batch == 0 or examples % batch >= replicas:
            return batch
    return examples


def _clipped(optimizer: keras.optimizers.Optimizer, gradients: list) -> list:
    if optimizer.clipnorm:
        return [tf.clip_by_norm(gradient, optimizer.clipnorm) for gradient in gradients]
    if optimizer.global_clipnorm:
        return tf.clip_by_global_norm(gradients, optimizer.global_clipnorm)[0]
    if optimizer.clipvalue:
        limit = optimizer.clipvalue
        return [tf.clip_by_value(gradient, -limit, limit) for gradient in gradients]
    return gradients
