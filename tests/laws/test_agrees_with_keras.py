"""Law: with the weights moved over, outputs and all gradients equal keras.layers'."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.agreement import MASKS, Case, agree, cases
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY


@EVERY_UNIT
@settings(max_examples=16, derandomize=True)
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


@EVERY_UNIT
def test_compiled(unit):
    """With enough sequences for two shares of the batch, and every kind of mask in turn."""
    for mask in MASKS[1:]:
        case = Case(B=9, T=4, D=2, M=3, arguments={"seed": 1}, mask=mask, initial_state=True)
        agree(unit, case, jit_compile=True)


@EVERY_UNIT_SLOWLY
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
