"""Keras callbacks that measure gates and gradients while any model is trained by `model.fit`.

Read it in this order: `probe` (the batch, and where measurements go), `background` (measuring while
training continues), `step_counter`, `probe_callback` (when to measure), and the two callbacks
`gate_statistics` and `timestep_gradients` (what to measure).
"""

from rnnexp.callbacks.gate_statistics import GateStatistics
from rnnexp.callbacks.probe import Probe
from rnnexp.callbacks.timestep_gradients import TimestepGradients

__all__ = ["GateStatistics", "Probe", "TimestepGradients"]
