"""What cannot be looked into is refused with a word on what came and what was expected."""

import keras
import numpy as np
import pytest

from rnnexp import layers
from rnnexp.callbacks import GateStatistics, Probe, TimestepGradients
from tests.callbacks.training import M, both, model_of, probe_batch, probe_in, train

CALLBACKS = pytest.mark.parametrize("kind", [GateStatistics, TimestepGradients])


@CALLBACKS
@pytest.mark.parametrize("every", [0, -5, 1.5, "often", True])
def test_another_number_than_a_whole_one_from_1_up(kind, every, tmp_path):
    with pytest.raises(
        ValueError, match=rf"every is {every!r}; expected a whole number.*1 or more"
    ):
        kind(probe_in(tmp_path), every)


@CALLBACKS
def test_a_batch_that_is_no_probe(kind):
    with pytest.raises(TypeError, match=r"probe is a tuple; expected a Probe\(x, y"):
        kind(probe_batch())


@CALLBACKS
def test_another_period(kind, tmp_path):
    with pytest.raises(ValueError, match="period is 'steps'; expected 'step' or 'epoch'"):
        kind(probe_in(tmp_path), period="steps")


def test_gradients_without_targets(tmp_path):
    x, _ = probe_batch()
    with pytest.raises(ValueError, match=r"no y; .* targets: Probe\(x, y"):
        TimestepGradients(Probe(x, log_dir=tmp_path))


def no_recurrent_layer():
    return model_of(keras.layers.Flatten()), "no recurrent layer; expected"


def not_to_be_built():
    unit = layers.GRU(M, stateful=True)  # of how many sequences?
    model = keras.Sequential([unit, keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    return model, "no weights yet and cannot be built from the probe's x: .*; expected a built"


def a_cell_of_an_unknown_kind():
    cells = keras.layers.StackedRNNCells([keras.layers.GRUCell(M)])
    return model_of(keras.layers.RNN(cells)), "a cell of StackedRNNCells, whose equation is unknown"


@pytest.mark.parametrize("make", [no_recurrent_layer, not_to_be_built, a_cell_of_an_unknown_kind])
def test_a_model_that_cannot_be_traced_is_refused_before_it_is_trained(make, tmp_path):
    model, expected = make()
    before = model.get_weights()
    with pytest.raises(ValueError, match=expected):
        train(model, both(tmp_path))
    assert int(model.optimizer.iterations) == 0
    for one, other in zip(before, model.get_weights(), strict=False):
        np.testing.assert_array_equal(one, other)
    assert not list(tmp_path.iterdir())
