"""The imports of a measuring process, done before processes are forked from it."""

import logging

from rnnexp.console.startup import import_tensorflow

import_tensorflow(devices=False)  # finding devices starts threads, which do not survive a fork

import rnnexp.bench.ways  # noqa: E402
import rnnexp.engine.run  # noqa: E402, F401


def ready() -> None:
    """Finds the devices, and turns off the warnings about functions traced for many shapes."""
    import_tensorflow()
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
