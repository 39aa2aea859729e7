"""A checkpoint brings back every variable, bit for bit, or says that it cannot."""

import keras
import ml_dtypes
import numpy as np
import pytest

from rnnexp.config.errors import UserError
from rnnexp.runs.folder import CHECKPOINT
from rnnexp.training.checkpoint import (
    Checkpoint,
    DamagedCheckpoint,
    Position,
    capture,
    load,
    model_variables,
    restore,
    save,
)

POSITION = Position(epoch=2, batch=1, step=7, seconds=1.5)


def trained(precision="float32", steps=3):
    """A model with a state of every kind: weights, dropout, slots, metrics."""
    keras.utils.set_random_seed(0)
    with_dtype = {"dtype": precision}
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(3, **with_dtype),
            keras.layers.Dropout(0.5, **with_dtype),
            keras.layers.Dense(1, **with_dtype),
        ]
    )
    model.compile("adam", "mse", metrics=["mae"])
    x = np.random.default_rng(0).normal(size=(4, 2)).astype("float32")
    for _ in range(steps):
        model.fit(x, x[:, :1], verbose=0)
    return model


def values(model):
    return [keras.ops.convert_to_numpy(v.value).tobytes() for v in model_variables(model)]


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "mixed_float16"])
def test_every_variable_comes_back(tmp_path, precision):
    model = trained(precision)
    save(capture(model, POSITION, []), tmp_path)
    other = trained(precision, steps=1)
    assert values(other) != values(model)
    read = load(tmp_path)
    restore(read, other, [])
    assert values(other) == values(model)
    assert read.position == POSITION


def test_a_copy_does_not_follow_the_training():
    model = trained(steps=1)
    copy = capture(model, POSITION, [])
    before = values(model)
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    assert [array.tobytes() for array in copy.variables] == before


def test_no_checkpoint(tmp_path):
    assert load(tmp_path) is None


@pytest.mark.parametrize("at", [0.0, 0.3, 0.6, 0.9])
def test_a_changed_byte_is_noticed(tmp_path, at):
    arrays = [np.arange(1000, dtype="float32")]
    save(Checkpoint(POSITION, arrays), tmp_path)
    path = tmp_path / CHECKPOINT
    data = bytearray(path.read_bytes())
    data[int(at * len(data))] ^= 255
    path.write_bytes(data)
    try:
        read = load(tmp_path)
    except DamagedCheckpoint:
        return
    # A byte of the archive may say nothing of its contents, such as the time of a member.
    assert read.position == POSITION
    np.testing.assert_array_equal(read.variables[0], arrays[0])


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_noticed(tmp_path, share):
    save(capture(trained(steps=1), POSITION, []), tmp_path)
    path = tmp_path / CHECKPOINT
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(DamagedCheckpoint, match="damaged"):
        load(tmp_path)


def test_another_models_checkpoint_is_refused():
    copy = capture(trained(steps=1), POSITION, [])
    other = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    other.compile("adam", "mse")
    other.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    with pytest.raises(UserError, match="in another folder"):
        restore(copy, other, [])


@pytest.mark.parametrize(
    ("array", "finite"),
    [
        (np.ones(2, "float32"), True),
        (np.array([1, np.nan], "float32"), False),
        (np.array([1, np.inf], ml_dtypes.bfloat16), False),
        (np.ones(2, ml_dtypes.bfloat16), True),
        (np.ones(2, "int64"), True),
    ],
)
def test_finite(array, finite):
    assert Checkpoint(POSITION, [array]).finite is finite
