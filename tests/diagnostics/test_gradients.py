"""Norms, terms and reach: against the tape, closed forms, and profiles set by hand."""

import numpy as np
import pytest
import tensorflow as tf
from keras import tree

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import (
    gradient_norms,
    reach,
    relative_norms,
    weight_term_norms,
    weight_terms,
)
from rnnexp.diagnostics.measures.of_layer import states_before, weights
from rnnexp.diagnostics.recurrent import recurrent_layers, weights_of
from tests.diagnostics.models import MODELS, M, T, batch, compiled, masking
from tests.diagnostics.own_unit import OwnLayer
from tests.units import EVERY_UNIT

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def gradients_of_weights(model, x, y, monkeypatch):
    """By the name in a trace, dL/dW of the weights of every recurrent layer, as they multiply."""
    found = recurrent_layers(model)
    multiplied = {name: weights_of(layer) for name, layer in found.items()}
    for name, layer in found.items():
        monkeypatch.setattr(layer.cell, "step_weights", lambda name=name: multiplied[name])
    there = [w for w in tree.flatten(multiplied) if w is not None]
    with tf.GradientTape() as tape:
        tape.watch(there)
        loss = tf.reduce_mean((model(x) - y) ** 2)
    gradients = iter(tape.gradient(loss, there))
    return tree.map_structure(lambda w: None if w is None else next(gradients), multiplied)


def assert_terms_sum_to_the_gradient(model, x, y, monkeypatch):
    trace = rnnexp.trace(model, x, y)
    gradients = gradients_of_weights(model, x, y, monkeypatch)
    for name, dataset in trace.items():
        sums = weight_terms(dataset).sum("time")
        sums = {w: array.transpose(*dataset[w].dims) for w, array in sums.items()}
        # In the places of the weights, the gradients are arranged as the weights are.
        found = weights(dataset.assign_coords(sums))._replace(bias=None)
        expected = gradients[name]._replace(bias=None)
        for one, other in zip(tree.flatten(found), tree.flatten(expected), strict=True):
            assert (one is None) == (other is None)
            if one is not None:
                np.testing.assert_allclose(one, other, **CLOSE)


SLOWLY_WITHOUT = pytest.param(False, marks=pytest.mark.slow)


@pytest.mark.parametrize("padded", [SLOWLY_WITHOUT, True], ids=["no mask", "mask"])
@pytest.mark.parametrize("backwards", [SLOWLY_WITHOUT, True], ids=["forward", "backward"])
@EVERY_UNIT
def test_the_terms_of_all_timesteps_are_the_models_own_gradient(
    unit, padded, backwards, monkeypatch
):
    """Of the matrices as they multiply: of W - Wᵀ - γ I for the antisymmetric unit."""
    layer = unit.layer(M, go_backwards=backwards, name="unit")
    model = compiled(*([masking()] if padded else []), layer)
    assert_terms_sum_to_the_gradient(model, *batch(padded=padded), monkeypatch)


@pytest.mark.parametrize("use_bias", [True, False], ids=["bias", "no bias"])
def test_so_they_are_of_a_unit_of_ones_own(use_bias, monkeypatch):
    layer = OwnLayer(M, use_bias=use_bias, name="unit")
    assert_terms_sum_to_the_gradient(compiled(layer), *batch(), monkeypatch)


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_so_they_are_in_stacked_bidirectional_and_nested_models(make, monkeypatch):
    assert_terms_sum_to_the_gradient(make(), *batch(), monkeypatch)


def test_the_terms_sizes_are_the_sizes_of_the_terms():
    model = compiled(layers.LayerNormLSTM(M, name="unit"))
    dataset = rnnexp.trace(model, *batch())["unit"]
    terms, norms = weight_terms(dataset), weight_term_norms(dataset)
    assert set(norms) == {"W_x", "W_h", "g_h", "g_x", "g_c", "b_c"}
    for name in norms:
        over = [d for d in terms[name].dims if d not in ("time", "neuron")]
        expected = np.sqrt(np.square(terms[name]).sum(over))
        np.testing.assert_allclose(norms[name], expected, rtol=1e-9)


def test_a_unit_that_multiplies_no_vector_has_no_terms_for_one():
    dataset = rnnexp.trace(compiled(layers.IndRNN(M, name="unit")), *batch())["unit"]
    terms = weight_terms(dataset)
    assert not terms["W_h"].any()
    before = states_before(dataset)[0]
    np.testing.assert_allclose(terms["u"], (before * dataset["delta_candidate"]).sum("batch"))


def linear(factor, backwards=False):
    """A trace of h_t = factor · h_{t-1} + x_t, in every unit."""
    layer = layers.SimpleRNN(M, activation="linear", go_backwards=backwards, name="unit")
    model = compiled(layer)
    kernel, _, bias = layer.get_weights()
    layer.set_weights([kernel, factor * np.eye(M), bias])
    return rnnexp.trace(model, *batch())["unit"]


@pytest.mark.parametrize("backwards", [False, True], ids=["forward", "backward"])
def test_a_linear_unit_loses_its_gradient_geometrically(backwards):
    """dL/dh_t = dL/dh_T · a^(T-t): the profile and its half-life in closed form."""
    dataset = linear(0.8, backwards)
    relative = relative_norms(dataset)["d_h"]
    powers = 0.8 ** np.arange(T - 1, -1, -1)
    np.testing.assert_allclose(relative, powers[::-1] if backwards else powers, rtol=1e-12)
    far = reach(dataset, share=0.6).sel(gradient="d_h")
    np.testing.assert_allclose(far["half_life"], np.log(0.5) / np.log(0.8), rtol=1e-12)
    assert float(far["horizon"]) == 2  # 0.8² = 0.64 is above 0.6, 0.8³ is not
    quarter = powers[:2].sum() / powers.sum()  # ⌈6/4⌉ steps
    np.testing.assert_allclose(far["earliest_quarter"], quarter, rtol=1e-12)


def test_a_gradient_that_does_not_fade_has_no_half_life_and_reaches_the_first_step():
    far = reach(linear(1.0)).sel(gradient="d_h")
    assert (float(far["half_life"]), float(far["horizon"])) == (np.inf, T - 1)
    assert float(far["farthest"]) == T - 1
    np.testing.assert_allclose(far["earliest_quarter"], 2 / T)


def test_norms_are_of_the_whole_batch():
    dataset = rnnexp.trace(MODELS[0](), *batch())["high"]
    norms = gradient_norms(dataset)
    assert list(norms) == [n for n in dataset if n.startswith("d")]
    for t in range(T):
        np.testing.assert_allclose(norms["d_c"][t], np.linalg.norm(dataset["d_c"][:, t]))
        np.testing.assert_allclose(norms["d_x"][t], np.linalg.norm(dataset["d_x"][:, t]))


def test_the_last_step_is_the_last_that_the_gradient_reaches():
    """The loss reads h_T: c_T has no later step to pass a gradient back."""
    dataset = rnnexp.trace(MODELS[0](), *batch())["high"]
    relative = relative_norms(dataset)["d_c"]
    assert float(relative[-1]) == 0
    assert float(relative[-2]) == 1
    dataset["d_c"][:] = 0
    assert relative_norms(dataset)["d_c"].isnull().all()
    assert reach(dataset).sel(gradient="d_c").to_dataarray().isnull().all()


def test_without_targets_there_is_nothing_to_measure():
    dataset = rnnexp.trace(MODELS[0](), batch()[0])["low"]
    for measure in (gradient_norms, relative_norms, weight_terms, weight_term_norms, reach):
        with pytest.raises(ValueError, match="no gradients; expected a trace with targets: give"):
            measure(dataset)


@pytest.mark.parametrize("share", [0, -0.1, 1.5])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match=f"share is {share}; expected"):
        reach(linear(0.5), share=share)
