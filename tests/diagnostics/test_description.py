"""A model in words says of every layer what the model itself says."""

import inspect
from dataclasses import dataclass

import keras
import pytest

from rnnexp import equations, layers
from rnnexp.diagnostics.description import equations_text, layer_table
from tests.diagnostics.models import MODELS, D, M, T, compiled
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
        N = len(unit.equation.neurons)
        assert f"W_x ({width}, {N * M}), W_h ({M}, {N * M}), b (" in line
        assert line.endswith(f"; {layer.count_params():,} parameters")


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


@dataclass(frozen=True)
class Rooted(equations.SimpleRNN):
    """Takes a root, for which there is no sign.

    h_t = √|tanh(…)|
    """

    def step(self, candidate, h):
        return keras.ops.sqrt(keras.ops.abs(candidate(h)))


def test_an_equation_that_no_formula_is_made_of_says_what_its_docstring_says(monkeypatch):
    model = compiled(layers.SimpleRNN(M, name="own"))
    monkeypatch.setattr("rnnexp.diagnostics.description.equation_of", lambda layer: Rooted("tanh"))
    text = equations_text(model)
    assert "h_t = √|tanh(…)|" in text
    assert "Rooted" in text
