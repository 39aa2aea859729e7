"""What a call stands in: who differentiates it, what compiles it, which functions are being traced.

TensorFlow has no public name for most of this. Its private names are used here and nowhere else.
"""

import traceback

import tensorflow as tf
from tensorflow.python.eager import forwardprop_util, record
from tensorflow.python.framework import op_callbacks
from tensorflow.python.ops import control_flow_util


def differentiated() -> bool:
    """Whether a `tf.GradientTape` records, here or around the function that is being traced."""
    return record.could_possibly_record()


def differentiated_forwards() -> bool:
    """Whether a `tf.autodiff.ForwardAccumulator` is active, here or around the traced function."""
    return bool(forwardprop_util.pack_tangents([tf.constant(0.0)]).indices)


def inside_xla() -> bool:
    """Whether the graph that is being made is part of a `tf.function(jit_compile=True)`."""
    return control_flow_util.GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph())


def every_operation_watched() -> bool:
    """Whether every operation is reported, as `tf.debugging.enable_check_numerics` asks for."""
    return bool(op_callbacks.should_invoke_op_callbacks())


def functions_around() -> list[tf.types.experimental.PolymorphicFunction]:
    """The functions that are being traced here, the innermost first."""
    around = (frame.f_locals.get("self") for frame, _ in traceback.walk_stack(None))
    kind = tf.types.experimental.PolymorphicFunction
    return list(dict.fromkeys(function for function in around if isinstance(function, kind)))


def trace_anew(function) -> None:
    """Has `function` traced again when it is called next."""
    function._function_cache.clear()
