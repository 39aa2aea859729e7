"""Law: outputs and all gradients equal those of keras.layers, with the weights moved over.

Where Keras has no such unit, they equal those of `keras.layers.RNN` around the unit's cell, which
TensorFlow differentiates.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.agreement import MASKS, Case, agree, cases
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY, UNITS, each_of


@EVERY_UNIT_SLOWLY
@settings(max_examples=8, derandomize=True)
@given(data=st.data())
@uncompiled()
def test_in_every_configuration(unit, data):
    agree(unit, data.draw(cases(unit)))


@pytest.mark.slow
@EVERY_UNIT
@settings(max_examples=40)
@given(data=st.data())
def test_as_graphs_in_every_configuration(unit, data):
    agree(unit, data.draw(cases(unit)))


@each_of(UNITS, ("LSTM", "LRU"))
def test_compiled_with_every_mask(unit):
    """With enough sequences for two shares of the batch."""
    for mask in MASKS[1:]:
        case = Case(B=9, T=4, D=2, M=3, arguments={"seed": 1}, mask=mask, initial_state=True)
        agree(unit, case, jit_compile=True)


@each_of(UNITS, ("GRU",))
def test_compiled_under_dropout(unit):
    """With a gradient wanted at the states, from whose shape the recurrent masks are drawn."""
    arguments = {"seed": 1, "dropout": 0.3, "recurrent_dropout": 0.4}
    case = Case(B=9, T=4, D=2, M=3, arguments=arguments, initial_state=True, training=True)
    agree(unit, case, jit_compile=True)


@pytest.mark.slow
@EVERY_UNIT
@settings(max_examples=40)
@given(data=st.data())
def test_compiled_in_every_configuration(unit, data):
    agree(unit, data.draw(cases(unit)), jit_compile=True)


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_wider_and_longer(unit):
    """So that no axis is as long as another by chance."""
    arguments = {"return_sequences": True, "seed": 1}
    case = Case(B=5, T=17, D=7, M=11, arguments=arguments, mask="random")
    agree(unit, case)
