"""The norm of the whole gradient of a training step, before it is clipped."""

from collections.abc import Sequence

import keras
import tensorflow as tf


def watch_gradient_norm(model: keras.Model) -> keras.Variable | None:
    """Let the optimizer of a model write down how large the gradient of each step is.

    Args:
        model: A compiled model. The method `apply` of its optimizer is replaced.

    Returns:
        A variable that holds the Euclidean norm of the gradients of all weights together, of the
        latest step; 0 before the first. None if several devices share each batch, where no device
        has the whole gradient.
    """
    if model.distribute_strategy.num_replicas_in_sync > 1:
        return None
    # With mixed_float16, Keras wraps the optimizer in one that scales the gradients.
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    norm = keras.Variable(0.0, dtype="float32", trainable=False, name="gradient_norm")
    apply = optimizer.apply

    # The arguments have Keras's names, by which its wrapper passes them.
    def apply_and_note(grads: Sequence, trainable_variables: Sequence | None = None) -> None:
        present = [gradient for gradient in grads if gradient is not None]
        norm.assign(tf.cast(tf.linalg.global_norm(present), "float32"))
        apply(grads, trainable_variables)

    optimizer.apply = apply_and_note
    return norm
