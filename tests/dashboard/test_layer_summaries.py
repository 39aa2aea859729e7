"""The points of a layer's curves, each by its formula, and none where there is no number."""

import json

import numpy as np
import pytest
from tensorboard.util.tensor_util import make_ndarray

from rnnexp.dashboard.layer_summaries import layer_summaries
from tests.dashboard.measured import M, T, array, of_gates, of_gradients, of_units


def shown(measured, direction="forward", layer="unit", **attributes):
    """By step: by tag, the array of the value."""
    return {
        step: {value.tag: make_ndarray(value.tensor) for value in values}
        for step, values in layer_summaries(layer, measured, {"direction": direction, **attributes})
    }


def check(found, tag, expected):
    np.testing.assert_allclose(found[tag], expected, rtol=1e-6, err_msg=tag)


def test_the_scalars_of_a_gate_are_those_of_all_its_values_together():
    """Whatever was measured for each unit apart."""
    g = np.random.default_rng(0).beta(0.4, 0.4, size=(1, 7, T, M))
    entropy = -g * np.log2(g) - (1 - g) * np.log2(1 - g)

    def of_units(values):
        return array(values[None], "gate", "unit", gate=["f"])

    measured = {
        "gate_mean": of_units(g.mean((1, 2))),
        "gate_spread": of_units(g.std((1, 2))),
        "gate_entropy": of_units(entropy.mean((1, 2))),
        "gate_saturated_low": of_units((g < 0.1).mean((1, 2))),
        "gate_saturated_high": of_units((g > 0.9).mean((1, 2))),
        "gate_counts": array(np.histogram(g, 20, (0, 1))[0][None, None], "gate", "bin", gate=["f"]),
    }
    found = shown(measured)[0]
    for name, expected in {
        "mean": g.mean(),
        "spread": g.std(),
        "entropy": entropy.mean(),
        "saturated_low": (g < 0.1).mean(),
        "saturated_high": (g > 0.9).mean(),
        "saturated": ((g < 0.1) | (g > 0.9)).mean(),
    }.items():
        check(found, f"gates/unit/f/{name}", expected)
    low, high, count = found["gates/unit/f/values"].T
    assert count.sum() == g.size
    expected = [((a <= g) & (g < b)).sum() for a, b in zip(low, high, strict=True)]
    np.testing.assert_array_equal(count, expected)


def test_the_distribution_of_a_gate_counts_each_unit_where_its_mean_is():
    measured = of_gates(np.random.default_rng(1), [4])
    found = shown(measured)[4]
    for gate, means in zip("zr", measured["gate_mean"].values[0], strict=True):
        low, high, count = found[f"gates/unit/{gate}/over_units"].T
        assert (low[0], high[-1], count.sum()) == (means.min(), means.max(), M)
        np.testing.assert_array_equal(high[:-1], low[1:])
        expected = [((a <= means) & (means < b)).sum() for a, b in zip(low, high, strict=True)]
        np.testing.assert_array_equal(count, [*expected[:-1], expected[-1] + 1])


@pytest.mark.parametrize(("direction", "first", "last"), [("forward", 0, -1), ("backward", -1, 0)])
def test_what_comes_first_and_last_follows_the_layers_own_steps(direction, first, last):
    rng = np.random.default_rng(2)
    measured = of_gates(rng, [0, 7]) | of_gradients(rng, [0, 7])
    found = shown(measured, direction)
    for i, step in enumerate([0, 7]):
        at = {name: values.isel(step=i) for name, values in measured.items()}
        check(found[step], "memory/unit/retention", at["retention"].mean())
        check(found[step], "memory/unit/carried_from_start", at["carried_from_start"].mean())
        check(found[step], "memory/unit/carried_most", at["carried_from_start"].max())
        farthest = at["farthest"].sel(gradient="d_h")
        check(found[step], "memory/unit/whole_sequence", farthest)
        for name in ("d_h", "d_x"):
            norm = at["gradient_norm"].sel(gradient=name)
            tag = f"gradients/unit/{name}"
            check(found[step], f"{tag}/first_to_last", np.log10(norm[first] / norm[last]))
            for scalar in ("horizon", "earliest_quarter"):
                check(found[step], f"{tag}/{scalar}", at[scalar].sel(gradient=name))


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_the_last_norm_is_the_last_that_the_gradient_reaches(direction):
    """dL/dc_T is zero where the loss reads h_T alone, and so is every gradient at padding."""
    measured = of_gradients(np.random.default_rng(3), [0], ["d_c"])
    norm = measured["gradient_norm"].values[0, 0]
    first, last, gone = (0, T - 2, T - 1) if direction == "forward" else (T - 1, 1, 0)
    norm[gone] = 0
    found = shown(measured, direction)[0]
    for tag in ("gradients/unit/d_c", "memory/unit"):
        check(found, f"{tag}/first_to_last", np.log10(norm[first] / norm[last]))


@pytest.mark.parametrize("end", [0, -1])
def test_retention_is_of_the_steps_that_are_not_padding(end):
    """Where all sequences of the probe are padded there is nothing to average."""
    measured = of_gates(np.random.default_rng(4), [0])
    values = measured["retention"].values[0]
    values[end] = np.nan
    check(shown(measured)[0], "memory/unit/retention", values[np.isfinite(values)].mean())


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
@pytest.mark.parametrize("where", [slice(None), slice(0, 1), slice(-1, None)])
def test_nothing_is_shown_that_is_no_number(value, where):
    """A gradient that vanishes or explodes, weights that are no numbers."""
    rng = np.random.default_rng(5)
    measured = of_gradients(rng, [0]) | ({} if value == np.inf else of_gates(rng, [0]))
    for values in measured.values():
        values.values[..., where] = value
    for tag, found in shown(measured)[0].items():
        assert np.isfinite(found).all(), tag


def test_each_layer_and_each_kind_of_measure_has_tags_of_its_own():
    rng = np.random.default_rng(6)
    gates, gradients = of_gates(rng, [1]), of_gradients(rng, [1])
    first, second = (set(shown(gates | gradients, layer=name)[1]) for name in ("a", "b/forward"))
    assert not first & second
    assert {tag.replace("/a/", "/b/forward/") for tag in first} == second
    assert set(shown(gates, layer="a")[1]) | set(shown(gradients, layer="a")[1]) == first
    of_retention = ("retention", "carried_from_start", "carried_most", "carried_over_units")
    assert set(shown(of_gates(rng, [1], gates=()))[1]) == {
        f"memory/unit/{name}" for name in of_retention
    }


def test_a_unit_may_have_any_states_and_gates():
    """Each has tags; of the gradients, the states' and the input's alone."""
    rng = np.random.default_rng(7)
    states, gates = ["y", "s", "u", "v", "w"], ["a", "b", "e", "g", "k", "q"]
    gradients = [*(f"d_{state}" for state in states), "delta_a", "d_x"]
    measured = of_gates(rng, [1], gates) | of_gradients(rng, [1], gradients)
    found = shown(measured, states=json.dumps(states), memory="v", gates=json.dumps(gates))[1]
    for name in ("horizon", "first_to_last"):
        assert found[f"memory/unit/{name}"] == found[f"gradients/unit/d_v/{name}"]
    assert {tag.split("/")[2] for tag in found if tag.startswith("gates/")} == set(gates)
    assert {tag.split("/")[2] for tag in found if tag.startswith("gradients/")} == {
        *(f"d_{state}" for state in states),
        "d_x",
    }


def test_what_is_kept_of_single_units_has_no_tags():
    rng = np.random.default_rng(8)
    gates = of_gates(rng, [1])
    assert set(shown(gates | of_units(rng, [1]))[1]) == set(shown(gates)[1])
