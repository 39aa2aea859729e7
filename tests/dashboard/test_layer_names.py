"""States, memory and gates of a layer, from its attributes or from what an older file has."""

import json

import pytest

from rnnexp.dashboard.layer_names import LayerNames, layer_names


def test_the_attributes_name_them():
    attributes = {"states": json.dumps(["y", "s"]), "memory": "s", "gates": json.dumps(["a"])}
    names = layer_names(attributes, ["d_y", "d_s", "d_x"], ["a"])
    assert names == LayerNames(("y", "s"), "s", ("a",), None)
    assert (names.memory_gradient, names.state_gradients) == ("d_s", ["d_y", "d_s"])


@pytest.mark.parametrize(
    ("gradients", "states", "memory"),
    [
        (["d_h", "d_c", "delta_i", "d_x"], ("h", "c"), "c"),
        (["d_h", "delta_z", "d_x"], ("h",), "h"),
        ([], (), "h"),
    ],
)
def test_an_older_file_has_them_by_its_gradients(gradients, states, memory):
    assert layer_names({"update_gate": "keep"}, gradients, ["z"]) == LayerNames(
        states, memory, ("z",), "keep"
    )


@pytest.mark.parametrize(
    "attributes",
    [
        {"states": "h"},
        {"states": "[1]"},
        {"states": '{"h": 1}'},
        {"states": json.dumps(["s"] * 1000)},
        {"states": "[" * 100_000},
        {"gates": 3},
        {"states": '["h"]', "memory": "c"},
    ],
    ids=lambda attributes: str(attributes)[:30],
)
def test_anything_else_is_refused(attributes):
    with pytest.raises(ValueError, match=r"states|gates|memory"):
        layer_names(attributes, ["d_h"], [])
