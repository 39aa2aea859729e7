"""The context of a call: active tapes, XLA compilation, and functions being traced.

TensorFlow has no public API for most of this, so its private names are used, but only in this file.
"""

import traceback

import tensorflow as tf
from tensorflow.python.eager import forwardprop_util, record
from tensorflow.python.framework import op_callbacks
from tensorflow.python.ops import control_flow_util


def differentiated() -> bool:
    """Whether a `tf.GradientTape` records, here or around the function being traced."""
    return record.could_possibly_record()


def differentiated_forwards() -> bool:
    """Whether a `tf.autodiff.ForwardAccumulator` is active, here or around the traced function."""
    return bool(forwardprop_util.pack_tangents([tf.constant(0.0)]).indices)


def inside_xla() -> bool:
    """Whether the current graph is part of a `tf.function(jit_compile=True)`."""
    return control_flow_util.GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph())


def every_operation_watched() -> bool:
    """Whether operation callbacks are active, as with `tf.debugging.enable_check_numerics`."""
    return bool(op_callbacks.should_invoke_op_callbacks())


def functions_around() -> list[tf.types.experimental.PolymorphicFunction]:
    """Returns the functions that are being traced, the innermost first."""
    around = (frame.f_locals.get("self") for frame, _ in traceback.walk_stack(None))
    kind = tf.types.experimental.PolymorphicFunction
    return list(dict.fromkeys(function for function in around if isinstance(function, kind)))


def to_be_saved() -> bool:
    """Whether a function with an `input_signature` is being traced, as `model.export` does."""
    return any(function.input_signature is not None for function in functions_around())


def trace_anew(function) -> None:
    """Makes the next call of `function` trace it again."""
    function._function_cache.clear()
