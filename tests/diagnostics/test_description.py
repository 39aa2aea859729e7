"""A model in words says of every layer what the model itself says."""

import inspect

import keras
import pytest

from rnnexp import layers
from rnnexp.diagnostics.description import equations_text, layer_table
from tests.diagnostics.models import MODELS, D, M, T, compiled
from tests.diagnostics.own_unit import OwnLayer
from tests.diagnostics.test_model_unchanged import Subclassed
from tests.units import EVERY_UNIT


def rows(model):
    """The cells of every row of the table below its head."""
    head, rule, *body = layer_table(model).splitlines()
    assert head.count("|") == rule.count("|") == 5
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in body]


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_the_table_counts_the_parameters_as_the_model_does(make):
    model = make()
    *parts, whole = rows(model)
    counts = {name: int(count.replace(",", "")) for name, _, _, count in parts}
    for layer in model.layers:
        assert counts[layer.name] == sum(w.size for w in layer.get_weights())
    assert whole == ["**all**", "", "", f"{sum(w.size for w in model.get_weights()):,}"]
    assert sum(counts.values()) == model.count_params()


def test_the_table_says_class_and_shape_with_the_letters_of_the_docs():
    open_length = keras.Sequential(
        [
            keras.Input((None, D)),
            layers.GRU(M, return_sequences=True, name="low"),
            keras.layers.LSTM(M, name="high"),
        ]
    )
    cells = {name: (kind, shape) for name, kind, shape, _ in rows(open_length)[:-1]}
    assert cells["low"] == ("GRU", f"(B, T, {M})")
    assert cells["high"] == ("LSTM", f"(B, {M})")
    fixed = compiled(layers.GRU(M, return_sequences=True, name="low"))
    assert {row[0]: row[2] for row in rows(fixed)}["low"] == f"(B, {T}, {M})"


def test_of_a_model_of_ones_own_the_shapes_are_not_known():
    model = Subclassed(layers)
    model(keras.ops.zeros((1, T, D)))
    assert {shape for _, _, shape, _ in rows(model)[:-1]} == {"?"}


@EVERY_UNIT
def test_the_equations_stand_under_the_names_of_their_layers_with_source_and_shapes(unit):
    first, second = (unit.layer(M, return_sequences=True, name=n) for n in ("one", "two"))
    model = compiled(first, second, keras.layers.Flatten())
    text = equations_text(model)
    assert text.startswith("## one, two\n")
    assert inspect.getdoc(unit.equation).partition("\n\n")[0] in text
    for layer, width in ((first, D), (second, M)):
        (line,) = [line for line in text.splitlines() if line.startswith(f"- `{layer.name}`")]
        shapes = {weight.name: tuple(weight.shape) for weight in layer.weights}
        assert shapes["kernel"][0] == width
        for name, told in {"kernel": "W_x", "recurrent_kernel": "W_h", "bias": "b"}.items():
            if name in shapes:
                shapes[told] = shapes.pop(name)
        for name, shape in shapes.items():
            assert f"{name} {shape}" in line
        assert line.endswith(f"; {layer.count_params():,} parameters")


def test_where_a_neuron_reads_two_vectors_the_order_of_their_matrices_is_told():
    text = equations_text(compiled(layers.CoRNN(M, name="unit")))
    assert ", columns in the order: W_h candidate W_h, candidate W_h2;" in text
    text = equations_text(compiled(OwnLayer(M, name="unit")))
    assert ", columns in the order: W_x a, out; W_h a W_h, pull W_h, pull W_h2; b a, pull," in text


def headings(text):
    return [line for line in text.splitlines() if line.startswith("## ")]


def test_layers_of_other_equations_stand_apart():
    assert headings(equations_text(MODELS[1]())) == ["## both/forward, both/backward", "## top"]


def test_so_do_layers_of_other_activations_or_without_a_bias():
    made = [{"activation": "relu"}, {}, {"use_bias": False}]
    text = equations_text(
        compiled(
            *(
                layers.SimpleRNN(M, return_sequences=True, name=f"n{i}", **arguments)
                for i, arguments in enumerate(made)
            ),
            keras.layers.Flatten(),
        )
    )
    assert headings(text) == ["## n0", "## n1", "## n2"]
    assert [f"{name}(x_t" in text for name in ("relu", "tanh", "σ")] == [True, True, False]
