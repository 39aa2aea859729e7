"""Keras's tests of recurrent layers, cells and their wrappers pass with our layers, all of them."""

import pkgutil
import types

import keras.src.layers.rnn

from tests.keras_own.installed import LEFT_OUT, cases, loaded

PACKAGE = keras.src.layers.rnn
NAMES = [m.name for m in pkgutil.iter_modules(PACKAGE.__path__) if m.name.endswith("_test")]
CASES = {
    found: kind
    for name in sorted(set(NAMES) - LEFT_OUT)
    for found, kind in cases(loaded(f"{PACKAGE.__name__}.{name}")).items()
}
globals().update(CASES)  # where pytest looks for them


def test_our_classes_are_what_they_test():
    assert set(NAMES) >= LEFT_OUT
    tested = {
        name
        for kind in CASES.values()
        for function in vars(kind).values()
        if isinstance(function, types.FunctionType)
        for name in function.__code__.co_names
    }
    assert tested >= {"SimpleRNN", "LSTM", "GRU", "SimpleRNNCell", "LSTMCell", "GRUCell"}
    methods = [n for kind in CASES.values() for n in dir(kind) if n.startswith("test_")]
    assert len(methods) >= 62, methods
