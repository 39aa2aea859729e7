"""Laws of every measure: all public functions that take a Dataset are here by existing."""

import importlib
import inspect
import pkgutil
import re

import keras
import numpy as np
import pytest
import xarray

import rnnexp
from rnnexp import diagnostics
from rnnexp.diagnostics import Trace
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY, normal, randomise

B, T, D, M = 3, 5, 2, 4


def every_measure():
    """Every public function in rnnexp.diagnostics that is said to return an xarray.Dataset."""
    found = {}
    for module in pkgutil.walk_packages(diagnostics.__path__, "rnnexp.diagnostics."):
        for name, function in inspect.getmembers(importlib.import_module(module.name)):
            if name.startswith("_") or not inspect.isfunction(function):
                continue
            takes = list(inspect.signature(function).parameters)
            gives = inspect.get_annotations(function)
            if takes[:1] == ["dataset"] and gives.get("return") is xarray.Dataset:
                found[name] = function
    return found


MEASURES = every_measure()
EVERY_MEASURE = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


@pytest.fixture(scope="module")
def traces(tmp_path_factory):
    """By unit and way: a trace forward, one backward on turned inputs, or one of a file."""

    made = {}

    def of(unit, way="forward"):
        key = str(unit), way
        if key not in made:
            made[key] = saved(of(unit)) if way == "file" else _trace(unit, way == "backward")
        return made[key]

    def saved(dataset):
        path = tmp_path_factory.mktemp("trace") / "trace.nc"
        Trace({"unit": dataset}).save(path)
        return Trace.load(path)["unit"]

    return of


@uncompiled()
def _trace(unit, backwards):
    rng = np.random.default_rng(5)
    x, y = normal(rng, B, T, D), normal(rng, B, 1)
    x[0, -2:] = 0
    keras.utils.set_random_seed(7)  # own vectors of a unit go on from where they start
    layer = unit.layer(M, go_backwards=backwards, name="unit")
    masking, dense = keras.layers.Masking(), keras.layers.Dense(1)
    model = keras.Sequential([keras.Input((T, D)), masking, layer, dense])
    randomise(model, np.random.default_rng(6))
    x = x[:, ::-1] if backwards else x
    return rnnexp.trace(model, x, y, "mean_squared_error")["unit"]


def test_every_measure_is_exported_and_some_are_found():
    missing = [n for n, f in MEASURES.items() if getattr(diagnostics, n, None) is not f]
    assert not missing, f"not exported by rnnexp.diagnostics: {missing}"
    assert {"gate_statistics", "retained", "reach", "stretching"} <= set(MEASURES)


@EVERY_MEASURE
def test_every_measure_says_what_it_is(measure):
    """That a source, or the measure it is made of, and the dimensions are named, can be tested."""
    text = inspect.getdoc(measure)
    assert re.search(r"dimension", text, re.IGNORECASE)
    assert re.search(r"\(\d{4}\)|arXiv|`\w+`", text)


@EVERY_UNIT
@EVERY_MEASURE
def test_it_gives_labelled_arrays_and_leaves_its_dataset_alone(measure, unit, traces):
    dataset = traces(unit)
    before = dataset.copy(deep=True)
    found = measure(dataset)
    assert isinstance(found, xarray.Dataset)
    assert dataset.identical(before)
    for name, array in found.data_vars.items():
        assert array.dtype.kind == "f", name
        assert {"long_name", "units"} <= set(array.attrs), name


@EVERY_UNIT_SLOWLY
@EVERY_MEASURE
def test_it_gives_the_same_of_a_trace_that_was_saved(measure, unit, traces):
    assert measure(traces(unit, "file")).identical(measure(traces(unit)))


@EVERY_UNIT_SLOWLY
@EVERY_MEASURE
def test_a_layer_that_goes_backwards_measures_as_one_that_goes_forwards(measure, unit, traces):
    """The same sequence, turned round before a layer that turns it round again."""
    forward, backward = (measure(traces(unit, way)) for way in ("forward", "backward"))
    assert set(forward) == set(backward)
    for name in forward:
        one, other = forward[name], backward[name]
        if "time" in one.dims:
            np.testing.assert_array_equal(one["time"], other["time"])
            other = other.isel(time=slice(None, None, -1))
        np.testing.assert_allclose(one.values, other.values, rtol=1e-4, atol=1e-6)


@EVERY_UNIT_SLOWLY
@EVERY_MEASURE
def test_of_several_training_steps_it_gives_what_it_gives_of_each_or_says_that_it_takes_one(
    measure, unit, traces
):
    one = traces(unit)
    other = one.assign({name: array.copy(data=array / 2) for name, array in one.items()})
    each = [dataset.assign_coords(step=i) for i, dataset in enumerate((one, other))]
    together = xarray.concat(each, "step", coords="all", combine_attrs="override")
    try:
        found = measure(together)
    except ValueError as error:
        assert "training steps [0, 1]; expected one" in str(error)
        return
    for i, dataset in enumerate(each):
        alone = measure(dataset).drop_vars("step", errors="ignore")
        xarray.testing.assert_allclose(found.sel(step=i, drop=True), alone, rtol=1e-6)
