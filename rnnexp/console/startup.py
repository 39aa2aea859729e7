"""The import of TensorFlow, without the messages that it prints."""

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from rnnexp.config.errors import UserError


def import_tensorflow(devices: bool = True) -> None:
    """Import TensorFlow, and Keras with TensorFlow as its backend, without any output.

    Args:
        devices: Whether to let TensorFlow look for GPUs now.

    Raises:
        UserError: If KERAS_BACKEND names another backend.
    """
    require_tensorflow_backend()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with quiet_stderr(), _without_garbage_collection():
        import keras  # noqa: F401
        import tensorflow as tf

        if devices:
            tf.config.list_physical_devices()  # prints several lines where there is no GPU


def require_tensorflow_backend() -> None:
    """Check that no other backend of Keras is asked for.

    Raises:
        UserError: If KERAS_BACKEND names one.
    """
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":
        raise UserError(
            f"KERAS_BACKEND: expected tensorflow, which rnnexp trains with, got {backend}; unset it"
        )


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Collect no garbage while modules are imported, and never look at them again.

    Modules hold no garbage, and looking through all of TensorFlow takes a second.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back what the block writes to stderr, and show it only if the block fails."""
    # A log level is not enough: TensorFlow's C++ code writes before it reads the level.
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as buffer:
        os.dup2(buffer.fileno(), 2)
        try:
            yield
        except Exception:  # an interrupt, which is none, shows nothing
            os.dup2(saved, 2)
            buffer.seek(0)
            os.write(2, buffer.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)
