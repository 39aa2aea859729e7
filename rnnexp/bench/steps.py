"""One training step of one recurrent layer, as a function without arguments."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf


class Shape(NamedTuple):
    """Batch, timesteps, input features, units."""

    B: int
    T: int
    D: int
    M: int

    def flops(self, neurons: int) -> int:
        """Multiplications and additions of the matrix products in one training step.

        Three products with W_h and two with W_x: forward, back to h, and to the weights.
        """
        return 2 * self.B * self.T * neurons * self.M * (3 * self.M + 2 * self.D)


def keras_step(layer: keras.layers.RNN, x: tf.Tensor) -> Callable[[], object]:
    """Forward and backward of a Keras layer on x (B, T, D), to the gradients of all its weights."""
    layer.build(x.shape)
    weights = [variable.value for variable in layer.trainable_variables]

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(layer(x)))
        return tape.gradient(loss, weights)

    # An array asked for is an array that is there: on a GPU the call alone returns too early.
    return lambda: [gradient.numpy() for gradient in step(x)]


def torch_step(kind: str, shape: Shape, x: tf.Tensor) -> Callable[[], object]:
    """The same of `torch.nn.RNN`, `GRU` or `LSTM`."""
    import torch

    # TensorFlow flushes denormal numbers, which a vanishing gradient is full of; PyTorch is many
    # times slower until it does so too.
    torch.set_flush_denormal(True)
    module = getattr(torch.nn, kind)(shape.D, shape.M, batch_first=True)
    sequences = torch.tensor(x.numpy())

    def step():
        module.zero_grad()
        outputs, _ = module(sequences)
        outputs[:, -1].square().sum().backward()
        return [weight.grad for weight in module.parameters()]

    return step
