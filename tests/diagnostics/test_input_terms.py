"""The terms of dL/dW_x: against the tape's gradient of the kernel, and the terms themselves."""

import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import input_terms, weight_terms
from rnnexp.diagnostics.equation_attributes import equation_in
from tests.diagnostics.models import M, batch, compiled, masking
from tests.units import EVERY_UNIT_SLOWLY

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def norm_of_the_kernels_gradient(model, layer, x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    gradient = tape.gradient(loss, layer.cell.kernel.value)
    return np.linalg.norm(gradient)


@pytest.mark.parametrize("padded", [False, True], ids=["no mask", "mask"])
@EVERY_UNIT_SLOWLY
def test_the_parts_along_the_gradient_sum_to_its_norm(unit, padded):
    layer = unit.layer(M, name="unit")
    model = compiled(*([masking()] if padded else []), layer)
    x, y = batch(padded=padded)
    found = input_terms(rnnexp.trace(model, x, y)["unit"])
    whole = norm_of_the_kernels_gradient(model, layer, x, y)
    assert whole > 0
    np.testing.assert_allclose(found["along"].sum(), whole, **CLOSE)
    assert (np.abs(found["along"]) <= found["norm"] * (1 + 1e-9)).all()


@EVERY_UNIT_SLOWLY
def test_they_are_lengths_of_the_terms(unit):
    dataset = rnnexp.trace(compiled(unit.layer(M, name="unit")), *batch())["unit"]
    neurons = equation_in(dataset).neurons
    terms = weight_terms(dataset)["W_x"]
    by_owner = terms.groupby(
        terms["neuron"].copy(data=[n.weights_of or n.name for n in neurons]).rename("owner")
    ).sum()
    whole = by_owner.sum("time")
    others = ("owner", "feature", "unit")
    length = np.sqrt(np.square(whole).sum())
    found = input_terms(dataset)
    np.testing.assert_allclose(found["along"], (by_owner * whole).sum(others) / length, **CLOSE)
    np.testing.assert_allclose(found["norm"], np.sqrt(np.square(by_owner).sum(others)), **CLOSE)


def test_without_any_gradient_the_terms_are_zero():
    model = compiled(layers.GRU(M, name="unit"))
    x, _ = batch()
    found = input_terms(rnnexp.trace(model, x, np.asarray(model(x)))["unit"])
    assert not found["along"].any() and not found["norm"].any()
