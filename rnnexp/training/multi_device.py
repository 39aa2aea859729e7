"""Corrections for a batch that is divided over several devices."""

from collections.abc import Sequence

import keras
import tensorflow as tf


def clip_whole_batch(optimizer: keras.optimizers.Optimizer, replicas: int) -> None:
    """Make an optimizer clip the gradient of the whole batch.

    Keras clips the gradient of each device's part and adds the results, so that a batch on two
    devices would make a longer step than the same batch on one.

    Args:
        optimizer: Its `apply` is replaced.
        replicas: The number of devices.
    """
    apply = optimizer.apply

    # The arguments have Keras's names, by which its wrapper for mixed_float16 passes them.
    def apply_whole(grads: Sequence, trainable_variables: Sequence | None = None) -> None:
        context = tf.distribute.get_replica_context()
        own = [tf.convert_to_tensor(gradient) for gradient in grads]  # an embedding's is sparse
        whole = _clipped(optimizer, context.all_reduce(tf.distribute.ReduceOp.SUM, own))
        # Keras clips these, without effect since they are shorter still, and adds them.
        apply([gradient / replicas for gradient in whole], trainable_variables)

    optimizer.apply = apply_whole


def make_readable(optimizer: keras.optimizers.Optimizer) -> None:
    """Let int() and float() read a variable that is mirrored over devices."""
    variable_type = type(optimizer.iterations.value)
    variable_type.__int__ = lambda variable: int(variable.numpy())
    variable_type.__float__ = lambda variable: float(variable.numpy())


def _clipped(optimizer: keras.optimizers.Optimizer, gradients: list) -> list:
    if optimizer.clipnorm:
        return [tf.clip_by_norm(gradient, optimizer.clipnorm) for gradient in gradients]
    if optimizer.global_clipnorm:
        return tf.clip_by_global_norm(gradients, optimizer.global_clipnorm)[0]
    if optimizer.clipvalue:
        limit = optimizer.clipvalue
        return [tf.clip_by_value(gradient, -limit, limit) for gradient in gradients]
    return gradients
