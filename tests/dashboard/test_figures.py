"""Pictures are drawn of whatever was measured, and say what they show."""

import json

import numpy as np
import pytest

import rnnexp
from rnnexp.callbacks import GateStatistics, TimestepGradients
from rnnexp.dashboard.figures import layer_figures
from rnnexp.dashboard.snapshots import as_snapshots
from tests.callbacks.training import M, model_of, probe_batch
from tests.dashboard.drawn import drawn, history, of
from tests.dashboard.measured import T, of_gates, of_gradients, of_units
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT_VERY_SLOWLY


@pytest.fixture(scope="module")
def three_steps():
    """What was measured at three steps, and the pictures of it."""
    measured = of([0, 5, 10])
    return measured, drawn(measured)


OF_GRADIENTS = {"gradient_against_t", "gradients_over_training", "memory_over_training"}
OF_GATES = {"memory_over_training", "units_against_t"}
ALL = OF_GRADIENTS | OF_GATES


@pytest.mark.parametrize("steps", [[100], [0, 50, 51, 1000]], ids=str)
def test_of_few_steps_and_of_many(steps):
    assert set(drawn(of(steps))) == ALL


def test_of_more_steps_than_can_be_told_apart():
    assert set(drawn(of(range(0, 3000, 3)))) == ALL


def test_of_one_timestep():
    one = {
        n: a.isel({d: [0] for d in ("time", "kept_time") if d in a.dims})
        for n, a in of([0, 5]).items()
    }
    assert set(drawn(one)) == ALL


def test_of_a_unit_without_gates_there_is_no_picture_of_gates():
    assert set(drawn(of([0, 5], gates=()))) == OF_GRADIENTS


def test_of_what_only_one_callback_measured():
    rng = np.random.default_rng(0)
    assert set(drawn(of_gates(rng, [0, 5]))) == {"memory_over_training"}
    assert set(drawn(of_gates(rng, [0, 5]), of_units(rng, [5]))) == OF_GATES
    assert set(drawn(of_gradients(rng, [0, 5]))) == OF_GRADIENTS


def test_of_two_callbacks_that_measured_at_different_steps():
    rng = np.random.default_rng(0)
    assert set(drawn(of_gates(rng, [0, 2, 4]), of_gradients(rng, [0, 3, 4]))) == OF_GRADIENTS


@pytest.mark.parametrize(
    ("value", "where"),
    [
        *((value, "everywhere") for value in (0.0, np.nan, np.inf)),
        *((value, "one gradient") for value in (0.0, np.nan)),
        (np.inf, "first timestep"),
    ],
)
def test_of_what_vanished_exploded_or_is_no_number(value, where):
    measured = of([0, 5, 10])
    for name, array in measured.items():
        if value == np.inf and "gradient" not in array.dims:
            continue  # a gate explodes to no number
        if name.startswith("unit_") and np.isnan(value):
            continue  # drawn if anything is carried
        if where == "everywhere":
            array[:] = value
        elif where == "first timestep" and "time" in array.dims:
            array[..., 0] = value
        elif where == "one gradient" and name == "gradient_norm":
            array[:, 0] = value
    nothing = where == "everywhere" and not np.isfinite(value)
    gates = OF_GATES if value == np.inf else set()
    assert set(drawn(measured)) == (gates if nothing else ALL)


def test_axes_say_what_they_show_and_figures_of_which_layer(three_steps):
    for figure in three_steps[1].values():
        assert "unit" in figure.get_suptitle()
        assert figure.axes[-1].get_ylabel()
        xs = [figure.get_supxlabel(), *(ax.get_xlabel() for ax in figure.axes)]
        assert any("training step" in x or "timestep t" in x for x in xs)


def test_a_figure_says_what_is_trained_or_the_class_and_sizes_of_the_layer(three_steps):
    measured = three_steps[0]
    for title, expected in (
        ("GRU, learns Digits", "GRU, learns Digits"),
        ("", f"GRU, M = 3, T = {T}"),
    ):
        dataset = history(measured, layer_class="keras.GRU")
        for picture in layer_figures("unit", dataset, title):
            assert picture.figure.get_suptitle().startswith(f"{expected}\nunit: ")


def test_on_a_dark_page_the_ground_is_white_still(three_steps):
    for figure in three_steps[1].values():
        assert figure.get_facecolor() == (1, 1, 1, 1)


def test_curves_stand_where_the_norms_are_and_the_first_is_dashed(three_steps):
    measured, figure = three_steps[0], three_steps[1]["gradient_against_t"]
    norms = measured["gradient_norm"]
    assert [ax.get_title() for ax in figure.axes[:2]] == [
        "in loss per unit of state",
        "relative to the last timestep",
    ]
    for row, name in enumerate(("d_h", "d_c")):
        for column in (0, 1):
            ax = figure.axes[2 * row + column]
            for line, step in zip(ax.get_lines(), (0, 5, 10), strict=True):
                np.testing.assert_array_equal(line.get_xdata(), range(1, T + 1))
                norm = norms.sel(gradient=name, step=step).values
                expected = np.log10(norm / norm[-1] if column else norm)
                np.testing.assert_allclose(line.get_ydata(), expected, atol=1e-12)
            first, _, last = ax.get_lines()
            assert (first.get_linestyle(), last.get_linestyle()) == ("--", "-")
        legend = figure.axes[2 * row].get_legend()
        assert [t.get_text() for t in legend.get_texts()] == ["step 0", "step 10"]


@pytest.mark.parametrize(("direction", "reached"), [("forward", T - 2), ("backward", 1)])
def test_relative_is_to_the_last_timestep_that_the_gradient_reaches(direction, reached):
    measured = of([0, 5])
    norms = measured["gradient_norm"]
    norms[..., -1 if direction == "forward" else 0] = 0
    figure = drawn(measured, direction=direction)["gradient_against_t"]
    for line in figure.axes[1].get_lines():
        assert line.get_ydata()[reached] == 0


def panels_of(figure):
    """By its title: the mesh of each heat map."""
    (ax, _) = figure.axes
    titles = [text.get_text() for text in ax.texts]
    return dict(zip(titles, ax.collections, strict=True))


def order(measured):
    """The units, from the one that carries least in the end to the one that carries most."""
    return np.argsort(measured["carried_from_start"].values[-1])


def test_a_cell_is_the_value_of_a_unit_at_a_timestep_at_the_last_step_that_was_kept(three_steps):
    measured, figure = three_steps[0], three_steps[1]["units_against_t"]
    panels = panels_of(figure)
    titles = {"gate z": "z", "gate r": "r", "old memory kept ρ": "retention"}
    assert list(panels) == list(titles)
    for title, name in titles.items():
        values = measured[f"unit_{name}"].values[-1, 0].T[order(measured)]
        np.testing.assert_array_equal(panels[title].get_array().reshape(values.shape), values)
        assert panels[title].get_clim() == (0, 1)
    assert "step 10" in figure.get_suptitle()


def test_what_units_carry_stands_in_the_same_order_beside_the_horizon(three_steps):
    measured, figure = three_steps[0], three_steps[1]["memory_over_training"]
    carried, horizon, _ = figure.axes
    expected = np.log10(measured["carried_from_start"].values.T[order(measured)])
    (mesh,) = carried.collections
    np.testing.assert_allclose(mesh.get_array().reshape(expected.shape), expected)
    reach, whole = horizon.get_lines()
    memory = measured["horizon"].sel(gradient="d_c")
    np.testing.assert_array_equal(reach.get_ydata(), memory.values)
    assert (set(whole.get_ydata()), whole.get_linestyle()) == (
        {int(measured["farthest"].sel(gradient="d_c").max())},
        ":",
    )


def test_the_panels_of_a_heat_map_do_not_overlap_however_far_apart_the_steps_are():
    for steps in ([7], [0, 100], [0, 1, 1000]):
        meshes = panels_of(drawn(of(steps))["gradients_over_training"]).values()
        corners = [mesh.get_coordinates().reshape(-1, 2) for mesh in meshes]
        extents = [(c.min(0), c.max(0)) for c in corners]
        for i, (low, high) in enumerate(extents):
            np.testing.assert_allclose(high - low, 1)
            for other_low, other_high in extents[:i]:
                assert (other_high < low).any() or (high < other_low).any()


def test_a_zero_is_white_and_leaves_the_colours_to_the_others():
    measured = of([0, 5, 10])
    norms = measured["gradient_norm"]
    norms.loc[{"gradient": "d_c", "time": T}] = 0
    norms.loc[{"gradient": "d_h", "time": 1, "step": 5}] = 0
    meshes = panels_of(drawn(measured)["gradients_over_training"])
    for title, name in (("‖dL/dh‖", "d_h"), ("‖dL/dc‖", "d_c")):
        cells = meshes[title].get_array().reshape(T, 3)
        np.testing.assert_array_equal(cells.mask, norms.sel(gradient=name).values.T == 0)
    shown = norms.sel(gradient=["d_h", "d_c", "delta_z"]).values
    lowest, highest = np.log10(shown[shown > 0].min()), np.log10(shown.max())
    np.testing.assert_allclose(meshes["‖dL/dh‖"].get_clim(), (lowest, highest))


def test_of_a_unit_with_any_states_and_gates():
    states, gates = ["y", "s", "u", "v", "w"], ["a", "b", "e", "g", "k", "q"]
    neurons = [f"delta_{gate}" for gate in gates]
    measured = of([0, 5], gates, [*(f"d_{state}" for state in states), *neurons, "d_x"])
    found = drawn(measured, states=json.dumps(states), memory="v", gates=json.dumps(gates))
    assert set(found) == ALL

    labels = [f"‖dL/d{state}‖" for state in states]
    curves = found["gradient_against_t"].axes[:-1:2]
    assert [ax.get_ylabel().removeprefix("log₁₀ ") for ax in curves] == labels
    titles = {
        name: [*panels_of(found[name])] for name in ("gradients_over_training", "units_against_t")
    }
    assert titles["gradients_over_training"] == [*labels, *(f"‖δ‖ of {gate}" for gate in gates)]
    assert titles["units_against_t"] == [*(f"gate {gate}" for gate in gates), "old memory kept ρ"]


@EVERY_UNIT_VERY_SLOWLY
def test_of_every_unit(unit):
    with uncompiled():
        tracer = rnnexp.Tracer(model_of(unit.layer(M, name="unit")), *probe_batch())
        dataset = tracer.traces({0: tracer.snapshot()})["unit"]
    kinds = (GateStatistics, TimestepGradients)
    measured = as_snapshots(rnnexp.diagnostics.unit_values(dataset))
    for kind in kinds:
        measured |= kind.measure(None, dataset)
    gates = measured["gate_mean"].sizes["gate"]
    found = drawn(measured, **dataset.attrs)
    assert set(found) == (ALL if gates else OF_GRADIENTS)
    assert len(found["gradient_against_t"].axes) == 2 * unit.states + 1  # and the colours
