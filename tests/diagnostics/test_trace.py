"""A trace as a mapping and as a file."""

import keras
import pytest

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import (
    Trace,
    gate_statistics,
    retained,
    step_jacobians,
    weight_terms,
)
from tests.diagnostics.models import MODELS, batch, compiled


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_a_saved_trace_comes_back_as_it_was(make, tmp_path):
    x, y = batch(padded=True)
    trace = rnnexp.trace(make(), x, y)
    trace.save(tmp_path / "trace.nc")
    loaded = Trace.load(tmp_path / "trace.nc")
    assert list(loaded) == list(trace)
    for name, dataset in trace.items():
        assert dataset.identical(loaded[name])
        assert [v.dtype for v in dataset.values()] == [v.dtype for v in loaded[name].values()]
    assert [p.name for p in tmp_path.iterdir()] == ["trace.nc"]


def test_a_trace_of_one_layer_is_saved_too(tmp_path):
    x, _ = batch()
    trace = rnnexp.trace(compiled(keras.layers.LSTM(2, name="only")), x)
    trace.save(tmp_path / "trace.nc")
    assert Trace.load(tmp_path / "trace.nc")["only"].identical(trace["only"])


def cubic(a):
    return a**3


@pytest.mark.parametrize("activation", [cubic, lambda a: a**3], ids=["function", "lambda"])
def test_an_activation_of_ones_own_is_measured_and_a_file_says_that_it_has_none(
    activation, tmp_path
):
    layer = layers.GRU(2, activation=activation, name="only")
    trace = rnnexp.trace(compiled(layer), *batch())
    assert (retained(trace["only"])["retention"] == 1 - trace["only"]["z"]).all()
    assert step_jacobians(trace["only"].copy(deep=True)).sizes["to"] == 2
    trace.save(tmp_path / "trace.nc")
    loaded = Trace.load(tmp_path / "trace.nc")["only"]
    assert loaded["h"].equals(trace["only"]["h"])
    with pytest.raises(ValueError, match="cannot be created from the file; expected a registered"):
        retained(loaded)


def test_a_name_that_is_not_there_is_answered_with_those_that_are():
    trace = rnnexp.trace(MODELS[0](), batch()[0])
    with pytest.raises(KeyError, match=r"no layer 'middle' in the trace; it has \['low', 'high'\]"):
        trace["middle"]
    assert "low: " in repr(trace)


def test_of_a_file_that_says_less_the_rest_follows_from_the_equation(tmp_path):
    """Files of before had neither states nor gates among their attributes."""
    trace = rnnexp.trace(compiled(layers.LSTM(2, name="only")), *batch())
    trace.save(tmp_path / "trace.nc")
    loaded = Trace.load(tmp_path / "trace.nc")["only"]
    for attribute in ("states", "memory", "gates"):
        del loaded.attrs[attribute]
    for measure in (gate_statistics, retained, weight_terms, step_jacobians):
        assert measure(loaded).identical(measure(trace["only"]))
