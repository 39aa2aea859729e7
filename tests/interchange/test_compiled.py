"""A compiled model is compiled after the conversion, too."""

import keras
import numpy as np
import pytest
from keras import layers as k
from keras import ops

from rnnexp.interchange import from_keras
from tests.interchange.in_memory import B, M, X, own_loss, sequential


class OwnMetric(keras.metrics.Mean):
    """A metric that nobody registered."""

    def __init__(self, power=3.0, **kwargs):
        super().__init__(**kwargs)
        self.power = power

    def update_state(self, y, prediction, sample_weight=None):
        super().update_state(ops.abs(y - prediction) ** self.power)

    def get_config(self):
        return {**super().get_config(), "power": self.power}


class Halving(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule that nobody registered."""

    def __call__(self, step):
        return 0.05 / (1.0 + ops.cast(step, "float32"))

    def get_config(self):
        return {}


COMPILED = {
    "own loss": {"optimizer": "adam", "loss": own_loss},
    "lambda": {"optimizer": keras.optimizers.SGD(Halving()), "loss": lambda y, p: own_loss(y, p)},
    "own metric": {"optimizer": "sgd", "loss": "mse", "metrics": [OwnMetric(2.0), own_loss, "mae"]},
    "weighted": {"optimizer": keras.optimizers.Adam(0.01), "loss": [own_loss], "loss_weights": [2]},
}


@pytest.mark.parametrize("arguments", COMPILED.values(), ids=COMPILED)
def test_a_compiled_model_trains_alike(arguments):
    model = sequential(k.SimpleRNN(M), k.Dense(1))
    model.compile(**arguments, run_eagerly=True)
    ours = from_keras(model)
    assert ours.run_eagerly
    y = np.ones((B, 1), "float32")
    expected = model.fit(X, y, epochs=2, verbose=0, shuffle=False).history
    history = ours.fit(X, y, epochs=2, verbose=0, shuffle=False).history
    assert list(history) == list(expected)
    for name in expected:
        np.testing.assert_allclose(history[name], expected[name], rtol=1e-5)
    assert ours.optimizer is not model.optimizer


def test_what_cannot_be_compiled_again_is_left_with_a_warning():
    class Closed(keras.metrics.Mean):
        def __init__(self, needed):
            super().__init__()

    model = sequential(k.GRU(M))
    model.compile("adam", "mse", metrics=[Closed(1)])
    with pytest.warns(UserWarning, match="is not compiled"):
        ours = from_keras(model)
    assert not ours.compiled
    np.testing.assert_allclose(ours(X), model(X), atol=1e-6)
