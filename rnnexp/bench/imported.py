"""What a process imports before it measures, and before others are forked from it."""

import logging

from rnnexp.console.startup import import_tensorflow

import_tensorflow(devices=False)  # looking for them starts threads, which no fork survives

import rnnexp.bench.ways  # noqa: E402
import rnnexp.engine.run  # noqa: E402, F401


def ready() -> None:
    """Look for devices, silently; and be silent about functions that are traced for many shapes."""
    import_tensorflow()
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
