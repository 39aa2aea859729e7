"""Which activations the engine may put into graphs of its own.

Such a graph outlives a call, is differentiated by the engine's own way back, divides the batch and
may be compiled. A function of one's own allows all that only where it does nothing but arithmetic
on its argument; other functions are left to TensorFlow.
"""

import dataclasses
import warnings
from functools import lru_cache

import keras
import tensorflow as tf

KERASS = {f for f in vars(keras.activations).values() if callable(f) and not isinstance(f, type)}

# Arithmetic by element or along the last axis: no state, no side effect, no mixing of sequences.
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
    """The activations of the neurons, and those that `step` itself calls."""
    fields = [getattr(equation, field.name) for field in dataclasses.fields(equation)]
    neurons = [neuron.activation for neuron in equation.neurons]
    every = [*neurons, *filter(callable, fields)]
    return list({id(activation): activation for activation in every}.values())


def only_arithmetic(equation, dtype) -> bool:
    """Whether every activation is Keras's or does only arithmetic.

    Warns once of an activation that does more, and says what that is.
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
    except TypeError:  # not hashable, so one's own
        return False
    return known or getattr(activation, "__module__", "").startswith("rnnexp.equations.")


@lru_cache(maxsize=256)  # one warning for each activation and reason
def _warn(name, reason):
    warnings.warn(
        f"the activation {name!r} {reason}: TensorFlow runs and differentiates its recurrent layer "
        "as it stands, which takes longer than the compiled loop of rnnexp",
        stacklevel=2,
    )


def _beyond_arithmetic(activation, dtype) -> str | None:
    """What `activation` does beside arithmetic on its argument, in words."""
    if isinstance(activation, keras.Layer):
        return "is a layer, which may have weights and states of its own"
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
