"""The engine without XLA, for properties that many shapes show and compiling would make slow."""

from contextlib import contextmanager

import tensorflow as tf


@contextmanager
def uncompiled():
    """Runs the engine's own code op by op: compiling takes a second for every new shape."""
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(False)
