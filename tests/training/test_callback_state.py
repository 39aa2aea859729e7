"""A callback built anew goes on as the one whose memory it was given."""

import json

import keras
import numpy as np
import pytest

from rnnexp.training.callback_state import callback_state, restore_callback

LOSSES = [3.0, 2.0, 2.5, 1.9, 2.6, 2.4, 2.3, 2.2, 2.1, 2.1]

CALLBACKS = {
    "early stopping": lambda: keras.callbacks.EarlyStopping(
        patience=2, min_delta=0.05, restore_best_weights=True
    ),
    "plateau": lambda: keras.callbacks.ReduceLROnPlateau(patience=1, factor=0.5, cooldown=1),
}


def model():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    return model


def moved(callback):
    """`callback` as it is after JSON and arrays, in one that begins to train."""
    arrays = {}
    state = json.loads(json.dumps(callback_state(callback, "c", arrays)))
    other = type(callback)()
    other.set_model(callback.model)
    other.on_train_begin()
    restore_callback(other, state, arrays)
    return other


def history(callback, move_at):
    """What `callback` does with the losses, handed to another one after `move_at` of them."""
    own = model()
    callback.set_model(own)
    callback.on_train_begin()
    own.stop_training = False
    did = []
    for epoch, loss in enumerate(LOSSES):
        if epoch == move_at:
            callback = moved(callback)
        own.set_weights([weight + 1 for weight in own.get_weights()])
        callback.on_epoch_end(epoch, {"val_loss": loss})
        did.append((float(own.optimizer.learning_rate), own.stop_training))
        if own.stop_training:
            break
    callback.on_train_end()
    return did, [weight.tolist() for weight in own.get_weights()]


@pytest.mark.parametrize("move_at", range(len(LOSSES)))
@pytest.mark.parametrize("kind", CALLBACKS)
def test_one_that_is_handed_over_does_what_one_alone_does(kind, move_at):
    assert history(CALLBACKS[kind](), move_at) == history(CALLBACKS[kind](), None)


def test_values_of_every_kind_come_back_as_they_were():
    callback = keras.callbacks.Callback()
    callback.values = [1, None, "a", True, (2.5, {"b": float("inf")})]
    callback.array = np.arange(6, dtype="float32").reshape(2, 3)
    callback.scalar = np.float32(0.1)
    back = moved(callback)
    assert back.values == callback.values
    np.testing.assert_array_equal(back.array, callback.array)
    assert back.array.dtype == callback.array.dtype
    assert (back.scalar, type(back.scalar)) == (callback.scalar, np.float32)


def test_what_cannot_be_told_is_left_as_it_is_built():
    callback = keras.callbacks.LambdaCallback()
    callback.function = lambda: None
    callback.nested = [1, object()]
    assert not {"function", "nested", "_model"} & set(callback_state(callback, "c", {}))


@pytest.mark.parametrize("name", ["vectorized_map", "__class__", "np", "absolute"])
def test_a_checkpoint_names_no_function_but_two(name):
    state = {"monitor_op": {"keras.ops": name}}
    with pytest.raises(ValueError, match="expected one of greater, less"):
        restore_callback(keras.callbacks.EarlyStopping(), state, {})


def test_a_checkpoint_puts_nothing_in_the_place_of_a_method():
    callback = keras.callbacks.EarlyStopping()
    restore_callback(callback, {"on_epoch_end": {"keras.ops": "less"}, "model": 3, "wait": 2}, {})
    assert callback.wait == 2
    assert not {"on_epoch_end", "model"} & set(vars(callback))
