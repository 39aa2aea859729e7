"""What is kept of every unit, and counts of gate values: against NumPy on the trace."""

import json

import numpy as np
import pytest

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import gate_counts, retained, retained_means, unit_values
from tests.diagnostics.models import M, batch, compiled, masking
from tests.units import EVERY_UNIT_SLOWLY


def traced(layer, padded=False, targets=True):
    x, y = batch(padded=padded)
    model = compiled(*([masking()] if padded else []), layer)
    return rnnexp.trace(model, x, y if targets else None)[layer.name]


@pytest.mark.parametrize("targets", [True, False])
@EVERY_UNIT_SLOWLY
def test_it_has_gates_states_gradients_and_retention_of_every_unit(unit, targets):
    dataset = traced(unit.layer(M, name="unit"), targets=targets)
    states, gates = (json.loads(dataset.attrs[name]) for name in ("states", "gates"))
    gradients = [f"d_{state}" for state in states] if targets else []
    expected = {f"unit_{name}": dataset[name] for name in (*states, *gates, *gradients)}
    expected |= {f"unit_{name}": retained(dataset)[name] for name in ("retention", "carried")}
    found = unit_values(dataset)
    assert set(found) == set(expected)
    for name, array in found.items():
        assert array.dtype == "float32" and array.dims == ("batch", "time", "unit")
        np.testing.assert_array_equal(array, expected[name].astype("float32"))


@EVERY_UNIT_SLOWLY
def test_the_counts_of_a_gate_are_those_of_its_values_without_padding(unit):
    dataset = traced(unit.layer(M, name="unit"), padded=True)
    found = gate_counts(dataset, bins=7)["count"]
    assert found["gate"].values.tolist() == json.loads(dataset.attrs["gates"])
    for gate in found["gate"].values:
        g = dataset[gate].values[dataset["mask"].values]
        place = np.minimum((g * 7).astype(int), 6)
        expected = [(place == i).sum() for i in range(7)]
        assert found.sel(gate=gate).values.tolist() == expected
    np.testing.assert_allclose(found["bin"], (np.arange(7) + 0.5) / 7)


@pytest.mark.parametrize("backwards", [False, True])
def test_what_is_carried_from_the_start_begins_after_the_padding_of_each_sequence(backwards):
    dataset = traced(layers.GRU(M, go_backwards=backwards, name="unit"), padded=True)
    order = slice(None, None, -1 if backwards else 1)
    mask = dataset["mask"].values[:, order]
    z = dataset["z"].values[:, order]
    expected = np.zeros(M)
    for b, real in enumerate(mask):
        kept = [1 - z[b, t] for t in np.flatnonzero(real)[1:]]
        expected += np.prod(kept, axis=0) / len(mask)
    found = retained_means(dataset)["carried_from_start"]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
