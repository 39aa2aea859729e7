"""When to look inside a model in training: ordinary Keras callbacks for anyone's `model.fit`."""

from rnnexp.callbacks.gate_statistics import GateStatistics
from rnnexp.callbacks.probe import Probe
from rnnexp.callbacks.timestep_gradients import TimestepGradients

__all__ = ["GateStatistics", "Probe", "TimestepGradients"]
