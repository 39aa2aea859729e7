"""Keras's `run_layer_test` holds for the units that Keras has, with its own arguments.

It builds, calls, serialises and trains the layer, in full and in mixed precision.
"""

import keras
import pytest
from keras.src.testing import TestCase

from tests.keras_own.installed import layer_tests
from tests.units import EVERY_UNIT_OF_KERAS_SLOWLY, UNITS_OF_KERAS

MODULES = {"SimpleRNN": "simple_rnn_test", "LSTM": "lstm_test", "GRU": "gru_test"}
DROPPING_OUT, ROUND_ABOUT = 0, 1


def with_unit(unit, arguments):
    return {**arguments, "init_kwargs": {**arguments["init_kwargs"], **unit.arguments}}


def test_every_unit_has_arguments():
    assert set(MODULES) == {unit.name for unit in UNITS_OF_KERAS}
    assert all(len(layer_tests(module)) > ROUND_ABOUT for module in MODULES.values())


@pytest.mark.slow
@EVERY_UNIT_OF_KERAS_SLOWLY
def test_the_layer_drops_out(unit):
    _, arguments = layer_tests(MODULES[unit.name])[DROPPING_OUT]
    TestCase().run_layer_test(unit.layer_class, **with_unit(unit, arguments))


@pytest.mark.slow
@EVERY_UNIT_OF_KERAS_SLOWLY
def test_the_layer_as_keras_tests_it_otherwise(unit):
    for _, arguments in layer_tests(MODULES[unit.name])[ROUND_ABOUT:]:
        TestCase().run_layer_test(unit.layer_class, **with_unit(unit, arguments))


@pytest.mark.slow
@EVERY_UNIT_OF_KERAS_SLOWLY
def test_the_layer_both_ways(unit):
    for _, arguments in layer_tests("bidirectional_test"):
        inner = arguments["init_kwargs"]
        layers = {"layer": unit.layer(inner["layer"].units)}
        if "backward_layer" in inner:
            layers["backward_layer"] = unit.layer(inner["layer"].units, go_backwards=True)
        TestCase().run_layer_test(
            keras.layers.Bidirectional, **{**arguments, "init_kwargs": {**inner, **layers}}
        )


@pytest.mark.slow
@EVERY_UNIT_OF_KERAS_SLOWLY
def test_its_cells_stacked(unit):
    for kind, arguments in layer_tests("stacked_rnn_cells_test"):
        cells = arguments["init_kwargs"]["cell"]
        if type(cells[0]).__name__ == f"{unit.name}Cell":
            drop = {n: getattr(cells[0], n) for n in ("dropout", "recurrent_dropout")}
            own = [unit.cell(c.units, **drop) for c in cells]
            arguments = {**arguments, "init_kwargs": {**arguments["init_kwargs"], "cell": own}}
            TestCase().run_layer_test(kind, **arguments)
