"""Pictures are drawn of whatever was measured, and say what they show."""

import json
from pathlib import Path

import numpy as np
import pytest

import rnnexp
from rnnexp.callbacks import GateStatistics, TimestepGradients
from rnnexp.dashboard.figures import layer_figures, to_png
from rnnexp.dashboard.history import History
from tests.callbacks.training import M, model_of, probe_batch
from tests.dashboard.measured import T, of_gates, of_gradients
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT_VERY_SLOWLY


def history(*measured, **attributes):
    found = History(Path("never written"))
    for arrays in measured:
        found.add("unit", arrays, attributes)
    return found.layer("unit")


def of(steps, gates=("z", "r"), gradients=("d_h", "d_c", "delta_z", "d_x")):
    rng = np.random.default_rng(0)
    return of_gates(rng, steps, gates) | of_gradients(rng, steps, gradients)


def drawn(*measured, **attributes):
    """By the last part of its tag: every picture, when it could be drawn."""
    found = {}
    for picture in layer_figures("unit", history(*measured, **attributes)):
        data, (width, height) = to_png(picture.figure)
        assert data.startswith(b"\x89PNG")
        assert min(width, height) > 100
        found[picture.tag.rpartition("/")[2]] = picture.figure
    return found


@pytest.fixture(scope="module")
def three_steps():
    """What was measured at three steps, and the pictures of it."""
    measured = of([0, 5, 10])
    return measured, drawn(measured)


ALL = {"gradient_against_t", "gradients_over_training", "gates_over_training"}


@pytest.mark.parametrize("steps", [[100], [0, 50, 51, 1000]], ids=str)
def test_of_few_steps_and_of_many(steps):
    assert set(drawn(of(steps))) == ALL


def test_of_more_steps_than_can_be_told_apart():
    assert set(drawn(of(range(0, 3000, 3)))) == ALL


def test_of_one_timestep():
    one = {n: a.isel(time=[0]) if "time" in a.dims else a for n, a in of([0, 5]).items()}
    assert set(drawn(one)) == ALL


def test_of_a_unit_without_gates_there_is_no_picture_of_gates():
    assert set(drawn(of([0, 5], gates=()))) == ALL - {"gates_over_training"}


def test_of_what_only_one_callback_measured():
    rng = np.random.default_rng(0)
    assert set(drawn(of_gates(rng, [0, 5]))) == {"gates_over_training"}
    gradients = of_gradients(rng, [0, 5])
    assert set(drawn(gradients)) == ALL - {"gates_over_training"}


def test_of_two_callbacks_that_measured_at_different_steps():
    rng = np.random.default_rng(0)
    assert set(drawn(of_gates(rng, [0, 2, 4]), of_gradients(rng, [0, 3, 4]))) == ALL


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
        if where == "everywhere":
            array[:] = value
        elif where == "first timestep" and "time" in array.dims:
            array[..., 0] = value
        elif where == "one gradient" and name == "gradient_norm":
            array[:, 0] = value
    nothing = where == "everywhere" and not np.isfinite(value)
    gates = {"gates_over_training"} if value == np.inf else set()
    assert set(drawn(measured)) == (gates if nothing else ALL)


def test_axes_say_what_they_show_and_figures_of_which_layer(three_steps):
    for figure in three_steps[1].values():
        assert "unit" in figure.get_suptitle()
        *panels, colours = figure.axes
        assert colours.get_ylabel()
        for ax in (ax for ax in panels if ax.axison):
            x = ax.get_xlabel() or figure.get_supxlabel()
            y = ax.get_ylabel() or figure.get_supylabel()
            assert "step" in x
            assert y


def test_on_a_dark_page_the_ground_is_white_still(three_steps):
    for figure in three_steps[1].values():
        assert figure.get_facecolor() == (1, 1, 1, 1)


def test_curves_stand_where_the_norms_are_and_the_first_is_dashed(three_steps):
    measured, figure = three_steps[0], three_steps[1]["gradient_against_t"]
    norms = measured["gradient_norm"]
    for ax, name in zip(figure.axes, ("d_h", "d_c"), strict=False):
        assert ax.get_yscale() == "log"
        for line, step in zip(ax.get_lines(), (0, 5, 10), strict=True):
            np.testing.assert_array_equal(line.get_xdata(), range(1, T + 1))
            np.testing.assert_array_equal(
                line.get_ydata(), norms.sel(gradient=name, step=step).values
            )
        first, _, last = ax.get_lines()
        assert (first.get_linestyle(), last.get_linestyle()) == ("--", "-")
        assert [t.get_text() for t in ax.get_legend().get_texts()] == ["step 0", "step 10"]


def test_a_cell_of_a_heat_map_has_the_value_of_its_timestep_and_step(three_steps):
    measured, figure = three_steps[0], three_steps[1]["gates_over_training"]
    panels = {ax.get_title(): ax for ax in figure.axes if ax.get_title()}
    expected = {f"gate {g}": measured["gate_at"].sel(gate=g) for g in ("z", "r")}
    expected["old state kept ρ"] = measured["retention"]
    assert set(panels) == set(expected)
    for title, values in expected.items():
        (mesh,) = panels[title].collections
        np.testing.assert_array_equal(mesh.get_array().reshape(T, 3), values.values.T)
        assert mesh.get_clim() == (0, 1)


def test_a_zero_is_white_and_leaves_the_colours_to_the_others():
    measured = of([0, 5, 10])
    norms = measured["gradient_norm"]
    norms.loc[{"gradient": "d_c", "time": T}] = 0
    norms.loc[{"gradient": "d_h", "time": 1, "step": 5}] = 0
    figure = drawn(measured)["gradients_over_training"]
    meshes = {ax.get_title(): ax.collections[0] for ax in figure.axes if ax.get_title()}
    for title, name in (("‖dL/dh‖", "d_h"), ("‖dL/dc‖", "d_c")):
        cells = meshes[title].get_array().reshape(T, 3)
        np.testing.assert_array_equal(cells.mask, norms.sel(gradient=name).values.T == 0)
    shown = norms.sel(gradient=["d_h", "d_c", "delta_z"]).values
    lowest, highest = np.log10(shown[shown > 0].min()), np.log10(norms.max().item())
    np.testing.assert_allclose(meshes["‖dL/dh‖"].get_clim(), (lowest, highest))


def test_of_a_unit_with_any_states_and_gates():
    states, gates = ["y", "s", "u", "v", "w"], ["a", "b", "e", "g", "k", "q"]
    neurons = [f"delta_{gate}" for gate in gates]
    measured = of([0, 5], gates, [*(f"d_{state}" for state in states), *neurons, "d_x"])
    found = drawn(measured, states=json.dumps(states), memory="v", gates=json.dumps(gates))
    assert set(found) == ALL

    def titles(name):
        return [ax.get_title() for ax in found[name].axes if ax.get_title()]

    labels = [f"‖dL/d{state}‖" for state in states]
    assert [ax.get_ylabel().partition(" ")[0] for ax in found["gradient_against_t"].axes[:-1]] == (
        labels
    )
    assert titles("gradients_over_training") == [*labels, *(f"‖δ‖ of {gate}" for gate in gates)]
    assert titles("gates_over_training") == [
        *(f"gate {gate}" for gate in gates),
        "old state kept ρ",
    ]


@EVERY_UNIT_VERY_SLOWLY
def test_of_every_unit(unit):
    with uncompiled():
        tracer = rnnexp.Tracer(model_of(unit.layer(M, name="unit")), *probe_batch())
        dataset = tracer.traces({0: tracer.snapshot()})["unit"]
    kinds = (GateStatistics, TimestepGradients)
    measured = {}
    for kind in kinds:
        measured |= kind.measure(None, dataset)
    gates = measured["gate_mean"].sizes["gate"]
    found = drawn(measured, **dataset.attrs)
    assert set(found) == (ALL if gates else ALL - {"gates_over_training"})
    assert len(found["gradient_against_t"].axes) == unit.states + 1  # and the colours
