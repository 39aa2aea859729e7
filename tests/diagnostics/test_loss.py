"""Which loss a trace differentiates: the one that `fit` would, by whatever way the model has it."""

import keras
import pytest
from keras import ops

import rnnexp
from tests.diagnostics.models import D, M, T, batch


def mean_of_squares(y, prediction):
    return ops.mean(ops.square(prediction), axis=-1)


class Adding(keras.layers.Layer):
    """Adds to the loss what `mean_of_squares` is of its input."""

    def call(self, x):
        self.add_loss(ops.mean(ops.square(x)))
        return x


class Keywords(keras.Model):
    """As Keras was before 3.3."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        return ops.mean(ops.square(y_pred))


class WithoutDefaults(keras.Model):
    """All that Keras hands over is wanted."""

    def compute_loss(self, x, y, y_pred, sample_weight, training=True):
        return ops.mean(ops.square(y_pred))


def made(kind, *after):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((T, D))
    outputs = keras.layers.GRU(M, name="unit")(inputs)
    for layer in after:
        outputs = layer(outputs)
    model = kind(inputs, outputs)
    model.compile("sgd")
    return model


def added():
    return made(keras.Model, Adding())


def keywords():
    return made(Keywords)


def without_defaults():
    return made(WithoutDefaults)


@pytest.mark.parametrize("make", [added, keywords, without_defaults], ids=lambda m: m.__name__)
@pytest.mark.parametrize("trained", [False, True], ids=["fresh", "trained"])
def test_a_models_own_way_to_its_loss_is_taken(make, trained):
    x, _ = batch()
    y = x[:, 0, :1]
    model = make()
    if trained:
        model.fit(x, y, verbose=0)
    found = rnnexp.trace(model, x, y)["unit"]
    assert found["d_h"].any()
    assert found.equals(rnnexp.trace(model, x, y, mean_of_squares)["unit"])


@pytest.mark.parametrize("several", [["mse", "mae"], {"one": "mse"}], ids=["list", "dict"])
def test_several_given_losses_are_refused(several):
    with pytest.raises(ValueError, match=r"loss is .*mse.*; expected one loss, .* is compiled"):
        rnnexp.trace(added(), *batch(), several)


def test_as_many_targets_as_sequences_are_expected():
    x, y = batch()
    with pytest.raises(ValueError, match=r"have \[3, 2\] sequences; expected the same number"):
        rnnexp.trace(added(), x, y[:2])
