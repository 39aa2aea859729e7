"""Decides which activations the engine may use in its own graphs.

Such a graph is kept after a call, is differentiated by the engine's backward pass, divides the
batch and may be compiled. A custom activation is suitable only if it does nothing but arithmetic on
its argument. TensorFlow runs and differentiates all others.
"""

import dataclasses
import warnings
from functools import lru_cache

import keras
import tensorflow as tf

KERASS = {f for f in vars(keras.activations).values() if callable(f) and not isinstance(f, type)}

# Arithmetic on elements or along the last axis: no state, no side effect, no mixing of sequences.
_NAMES = """
Abs Acos Acosh Add AddN AddV2 Asin Asinh Atan Atan2 Atanh Cast Ceil ClipByValue Const Cos Cosh
Digamma Div DivNoNan Elu Equal Erf Erfc Exp Expm1 Floor FloorDiv FloorMod Greater GreaterEqual
Identity IsFinite IsInf IsNan LeakyRelu Less LessEqual Lgamma Log Log1p LogSoftmax LogicalAnd
LogicalNot LogicalOr Maximum Minimum Mul MulNoNan Neg NotEqual OnesLike Placeholder Pow RealDiv
Reciprocal Relu Relu6 Rint Round Rsqrt Select SelectV2 Selu Sigmoid Sign Sin Sinh Softmax Softplus
Softsign Sqrt Square SquaredDifference StopGradient Sub Tan Tanh Xdivy Xlogy ZerosLike
"""
ARITHMETIC = frozenset(_NAMES.split())


def all_kerass(equation) -> bool:
    """Whether every activation is a function of `keras.activations` or `rnnexp.equations`."""
    return all(map(_is_kerass, activations_of(equation)))


def activations_of(equation) -> list:
    """Returns the activations of the neurons and those that `step` itself calls."""
    fields = [getattr(equation, field.name) for field in dataclasses.fields(equation)]
    neurons = [neuron.activation for neuron in equation.neurons]
    every = [*neurons, *filter(callable, fields)]
    return list({id(activation): activation for activation in every}.values())


def only_arithmetic(equation, dtype) -> bool:
    """Whether every activation is one of Keras's or does only arithmetic.

    Warns once for each activation that does more, with the reason.

    Args:
        equation: The equation.
        dtype: The dtype of the activation's argument.
    """
    activations = [a for a in activations_of(equation) if not _is_kerass(a)]
    reasons = [_beyond_arithmetic(activation, dtype) for activation in activations]
    for activation, reason in zip(activations, reasons, strict=True):
        if reason is not None:
            _warn(getattr(activation, "__name__", type(activation).__name__), reason)
    return not any(reasons)


def _is_kerass(activation) -> bool:
    try:
        known = activation in KERASS
    except TypeError:  # not hashable, so it is a custom activation
        return False
    return known or getattr(activation, "__module__", "").startswith("rnnexp.equations.")


@lru_cache(maxsize=256)  # one warning for each activation and reason
def _warn(name, reason):
    warnings.warn(
        f"the activation {name!r} {reason}; expected only arithmetic on its argument. TensorFlow "
        "runs and differentiates its recurrent layer, which is slower than rnnexp's compiled loop",
        stacklevel=2,
    )


def _beyond_arithmetic(activation, dtype) -> str | None:
    """Returns a description of what `activation` does besides arithmetic; None if nothing."""
    if isinstance(activation, keras.Layer):
        return "is a layer, which may have weights and states"
    graph = tf.__internal__.FuncGraph("activation")
    with graph.as_default():
        try:
            activation(tf.compat.v1.placeholder(dtype, (None, 2)))
        except Exception as error:
            return f"cannot be put into a graph ({type(error).__name__})"
    if graph.captures:
        return "reads a variable or a tensor from outside"
    others = sorted({operation.type for operation in graph.get_operations()} - ARITHMETIC)
    return f"uses {', '.join(others)}" if others else None
