"""A model in words says of every layer what the model itself says."""

import inspect
import re

import keras
import numpy as np
import pytest

from rnnexp import layers
from rnnexp.diagnostics import retained, trace
from rnnexp.diagnostics.description import equations_text, layer_table
from rnnexp.diagnostics.layer_description import convention, kept_fraction, layer_descriptions
from tests.diagnostics.models import MODELS, D, M, T, compiled
from tests.diagnostics.own_unit import OwnLayer
from tests.diagnostics.test_model_unchanged import Subclassed
from tests.units import EVERY_UNIT, normal, randomise


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


def sliced(layer, weight):
    """The array that a description says is a weight of the layer."""
    name, row = re.fullmatch(r"(\w+) \(.*?\)(?:, row (\d))?", weight.variable).groups()
    array = {w.name: w.numpy() for w in layer.weights}[name]
    first, last = map(int, weight.columns.split(":"))
    return (array if row is None else array[int(row)])[..., first:last]


@EVERY_UNIT
def test_the_weights_of_a_description_are_all_columns_of_the_stored_weights(unit):
    first, second = (unit.layer(M, return_sequences=True, name=n) for n in ("one", "two"))
    model = compiled(first, second, keras.layers.Flatten())
    found = layer_descriptions(model)
    assert list(found) == ["one", "two"]
    for layer, width in ((first, D), (second, M)):
        description = found[layer.name]
        numbers = {"D": width, "M": M}
        for weight in description.weights:
            array = sliced(layer, weight)
            assert array.shape == weight.sizes
            letters = re.findall(r"(\d*)([DM])", weight.letters)
            assert weight.sizes == tuple(int(n or 1) * numbers[letter] for n, letter in letters)
            assert re.search(rf"(?<!\w){re.escape(weight.name)}(?!\w)", description.formula)
        described = sum(sliced(layer, w).size for w in description.weights)
        unread = sum(w.numpy().size for w in layer.weights) - described
        bias = layer.cell.bias
        # Of a second bias, the columns of neurons without a recurrent product are never read.
        may_be_unread = bias is not None and len(bias.shape) == 2
        assert 0 <= unread <= (bias.shape[1] if may_be_unread else 0)
        assert description.parameters == layer.count_params()


@EVERY_UNIT
def test_the_text_has_the_formula_the_source_and_every_weight_of_a_layer(unit):
    text = equations_text(compiled(unit.layer(M, name="one")))
    description = layer_descriptions(compiled(unit.layer(M, name="one")))["one"]
    assert text.startswith(f"## one\n\n```\n{description.formula}\n```")
    assert inspect.getdoc(unit.equation).partition("\n\n")[0] in text
    assert f"`one` has {description.parameters:,} parameters" in text
    for weight in description.weights:
        shape = f"{weight.letters} = {'×'.join(map(str, weight.sizes))}"
        assert re.search(rf"^- `(.*, )?{re.escape(weight.name)}(, .*)?`: {shape}", text, re.M)


@EVERY_UNIT
def test_the_convention_says_the_fraction_that_is_measured_as_retention(unit):
    """Where it is an expression of one gate, or a number."""
    equation = unit.equation
    told = convention(equation)
    assert told.startswith(f"The memory is {equation.states[equation.memory_index]}. ")
    for gate in equation.gates:
        assert f"{gate.name}: " in told
    kept = kept_fraction(equation)
    if not kept:
        return
    model = compiled(unit.layer(M, name="one"))
    randomise(model.layers[0], np.random.default_rng(0))
    dataset = trace(model, normal(np.random.default_rng(1), 3, T, D))["one"]
    outputs = {name: dataset[name].values for name in dataset["neuron"].values}
    expected = eval(kept, {}, outputs)
    found = retained(dataset)["retention"].values
    np.testing.assert_allclose(found, np.broadcast_to(expected, found.shape), rtol=1e-5, atol=1e-6)


def test_where_a_neuron_reads_two_vectors_each_matrix_has_its_columns():
    found = layer_descriptions(compiled(layers.CoRNN(M, name="unit")))["unit"]
    columns = {weight.name: weight.columns for weight in found.weights}
    assert (columns["W_h"], columns["W_h2"]) == (f"0:{M}", f"{M}:{2 * M}")


def test_a_unit_of_ones_own_is_described_too():
    found = layer_descriptions(compiled(OwnLayer(M, name="unit")))["unit"]
    order = [w.name for w in found.weights if w.variable.startswith("kernel ")]
    assert order == ["W_xa", "W_xo"]


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
