"""TensorFlow imported without its start-up messages."""

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from rnnexp.config.errors import UserError


def import_tensorflow(devices: bool = True) -> None:
    """Import TensorFlow and Keras on TensorFlow, and look for `devices`; say nothing of it."""
    need_tensorflow()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with quiet(), _uncollected():
        import keras  # noqa: F401
        import tensorflow as tf

        if devices:
            tf.config.list_physical_devices()  # says at length that there is no GPU


def need_tensorflow() -> None:
    """Raise UserError where Keras is told to compute with something else than TensorFlow."""
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":
        raise UserError(
            f"KERAS_BACKEND: expected tensorflow, which trains here, got {backend}; unset it"
        )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Never look for garbage among what is made in here: modules, in which there is none.

    Looking through all of TensorFlow again and again takes a second of a command.
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
def quiet() -> Iterator[None]:
    """Hold back what is written to stderr, by C++ too, and show it only when the block fails."""
    # The log level alone does not do: TensorFlow's C++ writes before it has read it.
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:  # an interrupt is no failure: nobody wants to read why
            os.dup2(saved, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)
