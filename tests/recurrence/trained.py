"""Small trainings for the page to show."""

import keras
import numpy as np

from rnnexp import layers
from rnnexp.callbacks import GateStatistics, Probe, TimestepGradients
from rnnexp.dashboard.history import History

B, T, D, M, STEPS = 2, 6, 2, 5, 4


def train(folder, seed, layer=layers.LSTM, title="LSTM learns noise"):
    """A small training, measured at every step."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(8, T, D)).astype("float32"), rng.normal(size=(8, 1))
    model = keras.Sequential(
        [keras.Input((T, D)), layer(M, name="recurrent"), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mean_squared_error")
    settings = {"units": M, "seed": seed}
    probe = Probe(x[:B], y[:B], log_dir=folder, title=f"{title}, seed {seed}", settings=settings)
    callbacks = [kind(probe, every=1) for kind in (GateStatistics, TimestepGradients)]
    model.fit(x, y, batch_size=2, verbose=0, callbacks=callbacks)


def train_on(folder):
    """What a training that continues writes: as many steps again."""
    history = History(folder / "diagnostics.nc")
    history.read()
    for name in history.layers:
        dataset = history.layer(name)
        for along in ("step", "snapshot"):
            later = dataset.drop_vars([n for n in dataset if along not in dataset[n].dims])
            later = later.sel({along: slice(1, None)}).assign_coords(
                {along: dataset[along].values[1:] + STEPS}
            )
            history.add(name, dict(later.items()), dataset.attrs)
    history.flush()
