"""When the callbacks look: before the first step, by schedule, after the last, never twice."""

from itertools import pairwise

import keras
import pytest
import tensorflow as tf
import xarray

from rnnexp import layers
from rnnexp.callbacks import GateStatistics, TimestepGradients
from rnnexp.callbacks.probe_callback import ProbeCallback
from rnnexp.dashboard.event_file import own_event_files
from rnnexp.dashboard.history import load_history
from tests.callbacks.training import (
    STEPS,
    M,
    model_of,
    points_of,
    probe_in,
    steps_of,
    train,
    train_and_stop,
)


def observer(log_dir, every=100, period="step"):
    """One callback that draws no pictures of a SimpleRNN, for pictures take long."""
    return GateStatistics(probe_in(log_dir), every, period)


def logged(log_dir):
    """The steps of the file, which must be those of the curves."""
    steps = steps_of(log_dir, "retention")
    points = points_of(log_dir)
    for tag in ("memory/unit/retention", "memory/unit/carried_from_start"):
        assert [step for step, _ in points[tag]] == steps
    return steps


@pytest.mark.parametrize("every", [1, 4, 100])
def test_first_every_nth_step_and_last(every, tmp_path):
    train(model_of(), [observer(tmp_path, every)], epochs=2)
    last = 2 * STEPS
    assert logged(tmp_path) == sorted({0, *range(every, last + 1, every), last})


@pytest.mark.slow
def test_what_is_seen_does_not_hang_on_how_often_one_looks(tmp_path):
    """Where looks are thick, what takes them up is compiled; where they are rare, it is not."""
    tf.config.run_functions_eagerly(False)

    def seen(gates, gradients):
        keras.utils.set_random_seed(2)
        log_dir = tmp_path / f"{gates} {gradients}"
        probe = probe_in(log_dir)
        callbacks = [GateStatistics(probe, gates), TimestepGradients(probe, gradients)]
        train(model_of(), callbacks, epochs=2)
        return load_history(log_dir / "diagnostics.nc")["unit"]

    rarely = seen(12, 12)
    assert rarely["step"].values.tolist() == [0, 12]
    for often in (seen(1, 1), seen(12, 1)):
        assert often.sizes["step"] == 13
        xarray.testing.assert_allclose(often.sel(step=[0, 12], snapshot=[0, 12]), rarely)


@pytest.mark.parametrize("every", [2, 100])
def test_first_every_nth_epoch_and_last(every, tmp_path):
    train(model_of(), [observer(tmp_path, every, "epoch")], steps=2, epochs=5)
    assert logged(tmp_path) == sorted({0, *(2 * e for e in range(every, 6, every)), 10})


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("together", [2, 4, 2 * STEPS])
def test_several_steps_in_one_execution_are_looked_at_after_the_last_of_them(
    together, every, tmp_path
):
    """The last execution of an epoch may be shorter."""
    train(model_of(steps_per_execution=together), [observer(tmp_path, every)], epochs=2)
    ends = [min(step, STEPS) for step in range(together, STEPS + together, together)]
    ends = [0, *ends, *(STEPS + step for step in ends)]
    due = [step for before, step in pairwise(ends) if step // every > before // every]
    assert logged(tmp_path) == sorted({0, *due, 2 * STEPS})


def test_where_several_batches_make_one_update_of_the_weights_a_step_is_an_update(tmp_path):
    optimizer = keras.optimizers.SGD(gradient_accumulation_steps=2)
    train(model_of(optimizer=optimizer), [observer(tmp_path, 2)])
    assert logged(tmp_path) == sorted({0, *range(2, STEPS // 2 + 1, 2), STEPS // 2})


def test_an_update_that_a_loss_scale_leaves_out_is_no_step(tmp_path):
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(), initial_scale=3e38)
    model = model_of(optimizer=scaled)
    train(model, [observer(tmp_path, 1)])
    steps = int(model.optimizer.iterations)
    assert 0 < steps < STEPS
    assert logged(tmp_path) == list(range(steps + 1))


def test_a_second_fit_continues(tmp_path):
    model, callback = model_of(), observer(tmp_path, 3)
    train(model, [callback], steps=4)
    train(model, [callback], first=4, steps=2)
    assert logged(tmp_path) == [0, 3, 4, 6]


def test_a_fit_after_one_that_was_not_watched_is_seen_before_its_first_step(tmp_path):
    model, callback = model_of(), observer(tmp_path)
    train(model, [callback], steps=2)
    train(model, [], first=2, steps=1)
    train(model, [callback], first=3, steps=1)
    assert logged(tmp_path) == [0, 2, 3, 4]


class TrainsItself(keras.Model):
    """By an optimizer of its own, of which Keras does not know."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = keras.ops.mean((self(x, training=True) - y) ** 2)
        for w, gradient in zip(self.weights, tape.gradient(loss, self.weights), strict=True):
            w.assign_sub(0.1 * gradient)
        return {"loss": loss}


@pytest.mark.parametrize("optimizer", ["sgd", None])
def test_where_the_optimizer_does_not_count_batches_are_counted(optimizer, tmp_path):
    plain, callback = model_of(), observer(tmp_path, 4)
    model = TrainsItself(plain.inputs, plain.outputs)
    model.compile(optimizer, "mean_squared_error")
    train(model, [callback], epochs=2)
    train(model, [callback], steps=3)
    last = 2 * STEPS + 3
    assert logged(tmp_path) == sorted({0, *range(4, last, 4), 2 * STEPS, last})


def recompiled(model):
    model.compile("sgd", "mean_squared_error")
    return model


ANOTHER = pytest.mark.parametrize(
    "another", [recompiled, lambda _: model_of()], ids=["recompiled", "new"]
)


@ANOTHER
def test_a_training_that_begins_anew_sets_aside_what_was_seen_before(another, tmp_path):
    callback = observer(tmp_path, 2)
    model = model_of()
    train(model, [callback])
    before = load_history(tmp_path / "diagnostics.nc")["unit"]
    with pytest.warns(UserWarning, match=r"is of a training before .* now diagnostics\.1\.nc"):
        train(another(model), [callback], steps=3)
    assert logged(tmp_path) == [0, 2, 3]
    xarray.testing.assert_identical(load_history(tmp_path / "diagnostics.1.nc")["unit"], before)
    assert len(own_event_files(tmp_path / "earlier.1")) == 1


@ANOTHER
def test_or_forgets_it_where_it_is_told_to(another, tmp_path):
    callback = observer(tmp_path, 2)
    model = model_of()
    train(model, [callback])
    callback.rewind(-1)
    train(another(model), [callback], steps=3)
    assert logged(tmp_path) == [0, 2, 3]


def test_a_training_that_begins_amid_the_steps_is_seen_before_its_first(tmp_path):
    model = model_of()
    train(model, [], steps=2)
    train(model, [observer(tmp_path, 3)], first=2, steps=4)
    assert logged(tmp_path) == [2, 3, 6]


class Counting(keras.layers.Layer):
    """Counts the batches that it really gets when the model only predicts."""

    def __init__(self):
        super().__init__()
        self.predictions = 0

    def call(self, x, training=False):
        # Keras also asks for shapes, of what has no values.
        self.predictions += not training and tf.executing_eagerly()
        return x


def test_two_schedules_share_a_file_and_at_a_common_step_one_look_at_the_model(tmp_path):
    counting, probe = Counting(), probe_in(tmp_path)
    callbacks = [GateStatistics(probe, 2), TimestepGradients(probe, 3)]
    train(model_of(counting, layers.SimpleRNN(M, name="unit")), callbacks)
    assert steps_of(tmp_path, "retention") == [0, 2, 4, 6]
    assert steps_of(tmp_path, "gradient_norm") == [0, 3, 6]
    assert counting.predictions == len({0, 2, 3, 4, 6})


def test_after_an_interrupt_a_flush_keeps_what_was_measured(tmp_path):
    train_and_stop(model_of(), [observer(tmp_path, 2)], 5)
    assert logged(tmp_path) == [0, 2, 4]


class Broken(ProbeCallback):
    """Its measure cannot be taken."""

    def measure(self, dataset):
        raise ArithmeticError(f"of {sorted(dataset.dims)}")


def test_what_a_measure_raises_ends_the_training(tmp_path):
    with pytest.raises(ArithmeticError, match=r"batch.*time.*unit"):
        train(model_of(), [Broken(probe_in(tmp_path), 3)])
