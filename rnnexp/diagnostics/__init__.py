"""Traces of a model on a batch, and measures: plain functions from arrays to arrays.

Every measure takes the Dataset of one layer, `trace(model, x, y)[name]`, and returns a Dataset.
Some measures also take a Dataset of several training steps, from a `Tracer`; the others raise an
error.
"""

from rnnexp.diagnostics.measures.gates import (
    gate_counts,
    gate_means,
    gate_statistics,
    update_gate,
)
from rnnexp.diagnostics.measures.gradients import gradient_norms, relative_norms
from rnnexp.diagnostics.measures.horizon import reach, reach_of
from rnnexp.diagnostics.measures.input_terms import input_terms
from rnnexp.diagnostics.measures.jacobian import lyapunov_exponents, step_jacobians, stretching
from rnnexp.diagnostics.measures.retention import retained, retained_means
from rnnexp.diagnostics.measures.unit_values import unit_values
from rnnexp.diagnostics.measures.weight_terms import weight_term_norms, weight_terms
from rnnexp.diagnostics.trace import Trace
from rnnexp.diagnostics.tracer import Tracer
from rnnexp.diagnostics.tracing import trace

__all__ = [
    "Trace",
    "Tracer",
    "gate_counts",
    "gate_means",
    "gate_statistics",
    "gradient_norms",
    "input_terms",
    "lyapunov_exponents",
    "reach",
    "reach_of",
    "relative_norms",
    "retained",
    "retained_means",
    "step_jacobians",
    "stretching",
    "trace",
    "unit_values",
    "update_gate",
    "weight_term_norms",
    "weight_terms",
]
