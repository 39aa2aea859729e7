"""Keras cells and layers: drop-in for `keras.layers.SimpleRNN`, `GRU` and `LSTM`."""

from rnnexp.layers.gru import GRU, GRUCell
from rnnexp.layers.lstm import LSTM, LSTMCell
from rnnexp.layers.simple_rnn import SimpleRNN, SimpleRNNCell

__all__ = ["GRU", "LSTM", "GRUCell", "LSTMCell", "SimpleRNN", "SimpleRNNCell"]
