"""Training steps of one recurrent layer, as functions without arguments."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from rnnexp.explain.explanation import Count


class Shape(NamedTuple):
    """The sizes of a benchmark: batch B, timesteps T, input features D and units M."""

    B: int
    T: int
    D: int
    M: int

    def flops(self, products: Count) -> int:
        """Returns the number of operations of the matrix products in one training step.

        W_h takes part in three products (forward, gradient at h, weight gradient) and W_x in two
        (forward, weight gradient).

        Args:
            products: The multiplications in the matrix products of one timestep.
        """
        all_three = Count(2 * products.inputs, 3 * products.recurrent)
        return 2 * self.B * self.T * all_three.at(self.D, self.M)


@contextmanager
def without_warnings() -> Iterator[None]:
    """Turns off TensorFlow's warning about retracing, which would come for the step of each row."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def keras_step(layer: keras.layers.RNN, x: tf.Tensor) -> Callable[[], list[np.ndarray]]:
    """Returns a function that computes the gradients of all weights of a Keras layer.

    Args:
        layer: The layer; it is built here unless it was before.
        x: The inputs, (B, T, D).
    """
    if not layer.built:
        layer.build(x.shape)
    weights = [variable.value for variable in layer.trainable_variables]

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(layer(x)))
        return tape.gradient(loss, weights)

    # On a GPU the call returns before the computation ends; reading the arrays waits for it.
    return lambda: [gradient.numpy() for gradient in step(x)]


def prediction(layer: keras.layers.RNN, x: tf.Tensor) -> Callable[[], list[np.ndarray]]:
    """Returns a function that computes the outputs of a Keras layer in a graph, in a list.

    Args:
        layer: The layer.
        x: The inputs, (B, T, D).
    """
    outputs = tf.function(layer)
    return lambda: [outputs(x).numpy()]


def torch_step(kind: str, shape: Shape, x: tf.Tensor) -> Callable[[], object]:
    """Returns a function like `keras_step` for a PyTorch module.

    Args:
        kind: "RNN", "GRU" or "LSTM", a class of `torch.nn`.
        shape: The sizes.
        x: The inputs, (B, T, D).
    """
    import torch

    # A vanishing gradient has many denormal numbers. TensorFlow flushes them to zero; PyTorch is
    # many times slower unless it does the same.
    torch.set_flush_denormal(True)
    module = getattr(torch.nn, kind)(shape.D, shape.M, batch_first=True)
    sequences = torch.tensor(x.numpy())

    def step():
        module.zero_grad()
        outputs, _ = module(sequences)
        outputs[:, -1].square().sum().backward()
        return [weight.grad for weight in module.parameters()]

    return step
