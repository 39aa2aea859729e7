"""Activations whose derivative follows from their output, so that only the output is stored."""

import tensorflow as tf
from keras import activations

FROM_OUTPUT = {
    activations.sigmoid: lambda y, d: tf.raw_ops.SigmoidGrad(y=y, dy=d),
    activations.tanh: lambda y, d: tf.raw_ops.TanhGrad(y=y, dy=d),
    activations.relu: lambda y, d: tf.raw_ops.ReluGrad(gradients=d, features=y),
    activations.linear: lambda y, d: d,
}


def from_output(activation):
    """Returns the gradient function of an activation.

    Args:
        activation: A function y = activation(a).

    Returns:
        A function of y and the upstream gradient d that returns d dy/da; None if dy/da does not
        follow from y.
    """
    try:
        return FROM_OUTPUT.get(activation)
    except TypeError:  # not hashable, so it is a custom activation
        return None
