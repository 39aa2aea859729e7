"""A `Trace` of a model on a probe batch, and measures: plain functions from arrays to arrays."""

from rnnexp.diagnostics.trace import Trace
from rnnexp.diagnostics.tracing import trace

__all__ = ["Trace", "trace"]
