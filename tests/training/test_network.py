"""The layers of a model follow from the task and from the options of `model`."""

import keras
import numpy as np
import pytest

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.config.schema import Norm
from rnnexp.training.matched_units import state_size, trainable_parameters
from rnnexp.training.model import build_model

SMALL = ["model.units=3", "seed=1"]
TOKENS, NUMBERS, PER_TIMESTEP = "task=first_token", "task=adding", "task=copy"


def built(*overrides: str) -> keras.Model:
    """The model of a small experiment, with weights that depend on nothing but the seed."""
    keras.utils.clear_session()
    return build_model(check(compose([*SMALL, *overrides])))


def layer_names(model: keras.Model) -> list[str]:
    """The names of the layers after the input."""
    return [layer.name for layer in model.layers[1:]]


@pytest.mark.parametrize("task", [TOKENS, NUMBERS, PER_TIMESTEP])
def test_the_levels_stand_in_their_order(task):
    options = ["model.depth=2", "model.dropout=0.1", "model.norm=layer"]
    first = [] if task == NUMBERS else ["one_hot"]
    levels = ["recurrent_1", "norm_1", "dropout_2", "recurrent_2", "norm_2", "dropout_output"]
    assert layer_names(built(task, *options)) == [*first, *levels, "output"]


def test_tokens_are_one_hot_vectors_that_are_not_trained():
    model = built(TOKENS)
    tokens = np.arange(17)[None]
    one_hot = keras.Model(model.input, model.get_layer("one_hot").output)
    np.testing.assert_array_equal(one_hot(tokens)[0], np.eye(17))
    assert all("one_hot" not in variable.path for variable in model.trainable_variables)


@pytest.mark.parametrize(
    ("overrides", "size"),
    [(["model.embedding=5"], 5), (["task.symbols=200"], 3)],
)
def test_many_tokens_or_the_config_ask_for_vectors_that_are_learned(overrides, size):
    embedding = built(TOKENS, *overrides).get_layer("embedding")
    assert embedding.output_dim == size and embedding.trainable


def test_numbers_have_no_embedding():
    with pytest.raises(UserError, match=r"model\.embedding: expected null, .* no tokens, got 5"):
        built(NUMBERS, "model.embedding=5")


@pytest.mark.parametrize("norm", [norm.name for norm in Norm])
@pytest.mark.parametrize("task", ["task=parity", "task=adding_hs97"])
def test_a_padded_sequence_is_read_as_it_is_alone(task, norm):
    options = ["model.bidirectional=true", "model.depth=2", "model.dropout=0.1"]
    model = built(task, f"model.norm={norm}", *options)
    experiment = check(compose([task]))
    x = experiment.task.batch("train", 0, 0, 64).x
    padding = model.layers[1].compute_mask(keras.ops.convert_to_tensor(x))
    lengths = keras.ops.convert_to_numpy(padding).sum(axis=1)
    row = int(lengths.argmin())
    assert lengths[row] < x.shape[1], "the task draws no short sequence"
    np.testing.assert_allclose(model(x)[row], model(x[[row], : lengths[row]])[0], atol=1e-6)


def test_a_bidirectional_model_reads_both_ways():
    model = built(TOKENS, "model.bidirectional=true")
    layer = model.get_layer("bidirectional_1")
    assert layer.output.shape[-1] == 2 * 3
    assert layer.backward_layer.go_backwards and not layer.forward_layer.go_backwards


@pytest.mark.parametrize("task", [TOKENS, PER_TIMESTEP])
def test_the_input_of_a_residual_layer_is_added_to_its_output(task):
    model = built(task, "model.depth=2", "model.residual=true")
    x = check(compose([task])).task.batch("train", 0, 0, 4).x
    read = model.get_layer("recurrent_1").output
    below = keras.Model(model.input, read)(x)
    layer = model.get_layer("recurrent_2")
    above = keras.Model(model.input, layer.output)(x)
    plain = built(task, "model.depth=2").get_layer("recurrent_2")
    plain(below)
    plain.set_weights(layer.get_weights())
    expected = plain(below) + (below if layer.return_sequences else below[:, -1])
    np.testing.assert_allclose(above, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["model.bidirectional=true"], "expected false beside model.bidirectional"),
        (["model=lstm", "model.layer._target_=keras.layers.LSTM"], "keras.layers.LSTM cannot be"),
    ],
)
def test_what_cannot_be_residual_is_refused(overrides, expected):
    with pytest.raises(UserError, match=expected):
        built(TOKENS, "model.depth=2", "model.residual=true", *overrides)


@pytest.mark.parametrize("unit", ["simple_rnn", "gru", "lru"])
@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([], 900),
        pytest.param(["model.depth=2", "model.bidirectional=true"], 60_000, marks=pytest.mark.slow),
    ],
)
def test_models_are_matched_by_their_number_of_parameters(unit, options, wanted):
    model = built(TOKENS, f"model={unit}", f"model.parameters={wanted}", *options)
    layer = model.layers[2]
    units = getattr(layer, "forward_layer", layer).units
    found = trainable_parameters(model)
    sizes = [f"model={unit}", *options]
    others = [
        trainable_parameters(built(TOKENS, *sizes, f"model.units={units + step}"))
        for step in (-1, 1)
        if units + step > 0
    ]
    assert abs(found - wanted) <= min(abs(other - wanted) for other in others)


@pytest.mark.parametrize("matched", ["model.parameters=900", "model.state=12"])
def test_a_matched_model_has_the_weights_of_one_with_as_many_units(matched):
    found = built(NUMBERS, matched, "model.dropout=0.5")
    units = found.get_layer("recurrent_1").units
    expected = built(NUMBERS, f"model.units={units}", "model.dropout=0.5")
    for ours, theirs in zip(found.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("unit", "states"), [("gru", 1), ("lstm", 2), ("lru", 2)])
def test_models_are_matched_by_the_size_of_their_state(unit, states):
    model = built(TOKENS, f"model={unit}", "model.state=256", "model.depth=2")
    assert state_size(model) == 256
    assert model.get_layer("recurrent_1").units == 256 // states // 2


def test_parameters_and_state_exclude_each_other():
    with pytest.raises(UserError, match="exclude each other"):
        built(TOKENS, "model.parameters=1000", "model.state=64")
