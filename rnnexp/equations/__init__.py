"""What each unit computes in one step: `keras.ops` alone, no layer, no loop."""

from rnnexp.equations.equation import Equation, Neuron
from rnnexp.equations.gru import GRU, KeepGRU, KeepResetAfterGRU, ResetAfterGRU
from rnnexp.equations.lstm import LSTM
from rnnexp.equations.simple_rnn import SimpleRNN

__all__ = [
    "GRU",
    "LSTM",
    "Equation",
    "KeepGRU",
    "KeepResetAfterGRU",
    "Neuron",
    "ResetAfterGRU",
    "SimpleRNN",
]
