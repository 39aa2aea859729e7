"""The gates of a GRU that remembers, unit by timestep, on one sequence of the test split.

rnnexp train task=first_token task.length=20 trainer.steps=1000 hydra.run.dir=RUN
python docs/pictures/gates.py RUN PICTURE
"""

import sys

import keras
import numpy as np
from matplotlib.figure import Figure

import rnnexp
import rnnexp.layers  # so that Keras knows the layers of the file
from rnnexp.diagnostics import retained
from rnnexp.tasks import FirstToken

folder, picture = sys.argv[1:]
x, y, *_ = FirstToken(length=20).batch("test", seed=0, index=0, number=250)
model = keras.models.load_model(f"{folder}/model.keras")
seen = rnnexp.trace(model, x[:1], y[:1])["recurrent_1"]

z, carried = (array[0].values.T for array in (seen["z"], retained(seen)["carried"]))
order = np.argsort(carried[:, 0])
figure = Figure(figsize=(9, 4), layout="constrained", facecolor="white")
axes = figure.subplots(1, 2, sharey=True)
panels = {
    "update gate z: 1 takes, 0 keeps": z,
    "of the state after t, carried to t = 20": carried,
}
for ax, (title, values) in zip(axes, panels.items(), strict=True):
    units, timesteps = values.shape
    edges = np.arange(timesteps + 1) + 0.5, np.arange(units + 1) + 0.5
    mesh = ax.pcolormesh(*edges, values[order], vmin=0, vmax=1, cmap="viridis")
    ax.set(title=title, xlabel="timestep t", xticks=[1, 5, 10, 15, 20])
axes[0].set_ylabel("unit, by what it carries from t = 1")
figure.colorbar(mesh, ax=list(axes), label="0 to 1")
figure.savefig(picture, dpi=110)
