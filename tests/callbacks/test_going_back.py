"""Every row is of the step under which it stands, whichever way a training stops and goes on."""

import keras
import numpy as np
import pytest

import rnnexp
from rnnexp.callbacks import GateStatistics
from rnnexp.dashboard.history import load_history
from rnnexp.diagnostics import gate_statistics
from tests.callbacks.going_back import (
    EPOCH,
    TOLD,
    Revert,
    StopAfter,
    Truth,
    another_process,
    backup,
    check,
    fit,
    gru,
    mean_gate,
    saved,
)
from tests.callbacks.training import (
    both,
    points_of,
    probe_batch,
    probe_in,
    steps_of,
    train,
)


@pytest.mark.parametrize(
    ("every", "save_freq", "first", "back"),
    [
        (1, "epoch", False, 2 * EPOCH),
        pytest.param(1, 3, True, 12, marks=pytest.mark.slow),
        pytest.param(1, "epoch", True, 2 * EPOCH, marks=pytest.mark.slow),
        pytest.param(2, 3, False, 12, marks=pytest.mark.slow),
        pytest.param(5, "epoch", False, 2 * EPOCH, marks=pytest.mark.slow),
    ],
)
@TOLD
def test_a_fit_that_a_backup_takes_back(every, save_freq, first, back, tmp_path):
    """The same callbacks twice; a backup goes to the begin of an epoch, or to a batch of it."""
    model, truth = gru(), Truth()
    ours, keep = GateStatistics(probe_in(tmp_path), every), backup(tmp_path, save_freq)
    callbacks = [keep, truth, ours] if first else [truth, ours, keep]
    fit(model, callbacks, 2 * EPOCH + 4)
    fit(model, callbacks, EPOCH + 2)
    last = int(model.optimizer.iterations)
    assert last == back + EPOCH + 2
    check(tmp_path, truth, {0, *range(every, last + 1, every)})


def test_what_is_forgotten_is_told(tmp_path):
    model, callbacks = gru(), [*both(tmp_path, 2), backup(tmp_path)]
    fit(model, callbacks, EPOCH + 3)
    with pytest.warns(UserWarning, match=r"continues from step 5: .*up to 8, are forgotten"):
        fit(model, callbacks, 2)


@TOLD
def test_of_two_callbacks_on_one_probe_both_go_back(tmp_path):
    model, truth = gru(), Truth()
    callbacks = [truth, *both(tmp_path, 2), backup(tmp_path)]
    fit(model, callbacks, EPOCH + 2)
    fit(model, callbacks, 4)
    seen = [0, 2, 4, 5, 6, 8]  # before the first step of each fit too
    check(tmp_path, truth, seen)
    assert steps_of(tmp_path, "gradient_norm") == seen


def test_a_callback_takes_the_model_back_in_the_midst_of_an_epoch(tmp_path):
    model, truth = gru(), Truth()
    with pytest.warns(UserWarning, match=r"continues from step 2: .*up to 7, are forgotten"):
        fit(model, [truth, GateStatistics(probe_in(tmp_path), 1), Revert(2, 7)], 2 * EPOCH + 1)
    check(tmp_path, truth, range(2 * EPOCH - 5 + 2))


@TOLD
@pytest.mark.slow
def test_several_steps_in_one_execution(tmp_path):
    model, truth = gru(steps_per_execution=2), Truth()
    callbacks = [truth, GateStatistics(probe_in(tmp_path), 1), backup(tmp_path)]
    fit(model, callbacks, 5)
    assert int(model.optimizer.iterations) == 9
    fit(model, callbacks, 3)
    check(tmp_path, truth, [0, 2, 4, 5, 7, 9, 10])


@pytest.mark.parametrize("step", [pytest.param(4, marks=pytest.mark.slow), EPOCH + 1])
def test_another_process_goes_on_without_a_word_from_the_user(step, tmp_path):
    """From a checkpoint at the end, or before: what came later is told and forgotten."""
    keras.utils.clear_session()
    model, truth, before = gru(), Truth(), {}
    keep = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: before.update(
            {int(model.optimizer.iterations): saved(model)}
        )
    )
    fit(model, [truth, GateStatistics(probe_in(tmp_path), 2), keep], EPOCH + 1)
    again = another_process(before[step])
    callbacks = [truth, GateStatistics(probe_in(tmp_path), 2)]
    if step == 4:
        with pytest.warns(UserWarning, match="continues from step 4: .*up to 6, are forgotten"):
            fit(again, callbacks, 4)
        check(tmp_path, truth, [0, 2, 4, 6, 8])
    else:
        fit(again, callbacks, 3)
        check(tmp_path, truth, [0, 2, 4, 6, 8])


def test_another_process_that_begins_anew_loses_nothing(tmp_path):
    fit(gru(), [GateStatistics(probe_in(tmp_path), 1)], EPOCH)
    file, truth = tmp_path / "diagnostics.nc", Truth()
    before, curves = file.read_bytes(), points_of(tmp_path)
    with pytest.warns(UserWarning, match=r"is of a training before .*now diagnostics\.1\.nc"):
        fit(gru(), [truth, GateStatistics(probe_in(tmp_path), 2)], EPOCH)
    check(tmp_path, truth, [0, 2, 4])
    assert (tmp_path / "diagnostics.1.nc").read_bytes() == before
    assert list(points_of(tmp_path / "earlier.1")) == list(curves)


def test_what_was_not_flushed_is_not_lost_either(tmp_path):
    model, callback = gru(), GateStatistics(probe_in(tmp_path), 1)
    with pytest.raises(KeyboardInterrupt):
        train(model, [callback, StopAfter(2)])
    with pytest.warns(UserWarning, match="is of a training before the one that begins now"):
        fit(gru(), [callback], 1)
    assert load_history(tmp_path / "diagnostics.1.nc")["unit"]["step"].values.tolist() == [0, 1, 2]
    assert steps_of(tmp_path, "gate_mean") == [0, 1]


def test_the_truth_is_that_of_a_trace():
    model = gru()
    found = gate_statistics(rnnexp.trace(model, probe_batch()[0])["unit"])["mean"].sel(gate="z")
    np.testing.assert_allclose(found, mean_gate(model), rtol=1e-5)
