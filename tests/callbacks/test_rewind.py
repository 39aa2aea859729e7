"""A training that was interrupted and goes on leaves what one that never stopped leaves."""

import keras
import numpy as np
import pytest
import xarray

import rnnexp
from rnnexp import layers
from rnnexp.dashboard.history import load_history
from rnnexp.diagnostics import gradient_norms
from tests.callbacks.training import (
    STEPS,
    M,
    Stop,
    both,
    model_of,
    points_of,
    probe_batch,
    train,
    train_and_stop,
)
from tests.uncompiled import uncompiled

SAVED, KILLED, EVERY = 3, 5, 2


class Checkpoint(keras.callbacks.Callback):
    """The weights after a step, when everything up to it is on the disk."""

    def __init__(self, step, observers):
        super().__init__()
        self.step, self.observers = step, observers

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 == self.step:
            for observer in self.observers:
                observer.flush()
            self.weights = self.model.get_weights()

    def put_into(self, model):
        model.set_weights(self.weights)
        model.optimizer.iterations.assign(self.step)


def gru():
    keras.utils.clear_session()  # with the names of a process that has just begun
    keras.utils.set_random_seed(2)
    return model_of(layers.GRU(M, name="unit"))


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    with uncompiled():  # as every test here is, whose numbers are to be the same
        train(gru(), both(folder, EVERY))
    return folder


def interrupted(folder, flushed=True):
    """The checkpoint before the interrupt."""
    observers = both(folder, EVERY)
    saved = Checkpoint(SAVED, observers)
    if flushed:
        train_and_stop(gru(), observers, KILLED, [saved])
    else:
        with pytest.raises(KeyboardInterrupt):
            train(gru(), [*observers, saved, Stop(KILLED)])
    return saved


def go_on(model, observers, saved):
    """To the last step, which is seen by schedule; without pictures."""
    saved.put_into(model)
    for observer in observers:
        observer.rewind(SAVED)
    train_and_stop(model, observers, STEPS - SAVED, first=SAVED, steps=STEPS - SAVED)


MEAN_OF_EPOCH = "loss/train"  # since the epoch began, which is anew where a `fit` goes on


def check_same(folder, other, drawn=False, apart_from=None):
    one, two = (load_history(f / "diagnostics.nc") for f in (folder, other))
    assert list(one) == list(two)
    for name in one:
        xarray.testing.assert_identical(one[name], two[name])
    curves, again = points_of(folder), points_of(other)
    if not drawn:
        curves = {tag: points for tag, points in curves.items() if not tag.startswith("pictures/")}
    assert set(curves) == set(again)
    for tag in curves:
        assert [step for step, _ in curves[tag]] == [step for step, _ in again[tag]], tag
        if tag == apart_from:
            continue
        for (_, value), (_, same) in zip(curves[tag], again[tag], strict=True):
            np.testing.assert_array_equal(value, same, tag)


@pytest.mark.slow
@pytest.mark.parametrize("flushed", [False, True], ids=["not flushed since", "flushed since"])
def test_another_process_goes_on(flushed, uninterrupted, tmp_path):
    saved = interrupted(tmp_path, flushed)
    go_on(gru(), both(tmp_path, EVERY), saved)
    check_same(uninterrupted, tmp_path, apart_from=MEAN_OF_EPOCH)


def test_a_training_that_begins_anew_forgets_everything(uninterrupted, tmp_path):
    interrupted(tmp_path)
    observers = both(tmp_path, EVERY)
    for observer in observers:
        observer.rewind(-1)
    train_and_stop(gru(), observers, STEPS)
    check_same(uninterrupted, tmp_path)


@pytest.mark.slow
def test_the_same_callbacks_go_on_even_after_the_end_and_draw_again(uninterrupted, tmp_path):
    model, observers = gru(), both(tmp_path, EVERY)
    saved = Checkpoint(SAVED, observers)
    train(model, [*observers, saved])
    saved.put_into(model)
    for observer in observers:
        observer.rewind(SAVED)
    train(model, observers, first=SAVED, steps=STEPS - SAVED)
    check_same(uninterrupted, tmp_path, drawn=True, apart_from=MEAN_OF_EPOCH)


def test_what_is_seen_after_a_rewind_is_the_model_as_it_is_then(tmp_path):
    """Also where the training takes another course and comes to a step that was seen before."""
    model, observers = gru(), both(tmp_path, STEPS)
    train_and_stop(model, observers, STEPS)
    for observer in observers:
        observer.rewind(0)
    model.optimizer.iterations.assign(0)
    train_and_stop(model, observers, STEPS)
    found = load_history(tmp_path / "diagnostics.nc")["unit"].sel(step=STEPS)["gradient_norm"]
    now = gradient_norms(rnnexp.trace(model, *probe_batch())["unit"])["d_h"]
    np.testing.assert_allclose(found.sel(gradient="d_h"), now, rtol=1e-5)
