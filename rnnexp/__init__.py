"""rnnexp: a laboratory for recurrent networks on Keras 3 and TensorFlow.

Importing this package imports nothing heavy; the rooms inside it are imported by their own names.
`rnnexp.trace` is `rnnexp.diagnostics.trace`, imported when it is first asked for.
"""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name != "trace":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rnnexp.diagnostics import trace

    return trace
