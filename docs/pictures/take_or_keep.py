"""The update gate of a GRU as a binary classifier, on one sequence of the adding problem.

rnnexp train -m experiment=remember model=simple_rnn,gru,gru_chrono,lstm,lstm_chrono \
    'seed=range(5)' hydra.sweep.dir=lecture/remember
python docs/pictures/take_or_keep.py lecture/remember docs/pictures/take_or_keep.png
"""

import sys

import numpy as np
from runs import UNIT_COLOURS, figure, layer_trace, table, told, trained, untrained

from rnnexp.diagnostics import update_gate

folder, picture = sys.argv[1:]
runs = table(folder)
for name, group in runs.groupby("unit"):
    told(name, group)

grus = runs[runs["unit"] == "GRU chrono"].sort_values("seed")
made, panels = figure(11, 3.6, ncols=3)
parts, weights, histogram = panels

run = next(grus.itertuples())
seen = layer_trace(trained(run), run)
gate = update_gate(seen)
marked = seen["x"].values[0, :, 1] > 0
takes = gate["take"].values[0]
unit = int(np.argmax(takes[marked].mean(axis=0) - takes[~marked].mean(axis=0)))
t = np.arange(1, len(takes) + 1)
names = {"from_input": "x_t W_xz", "from_state": "h_(t-1) W_hz", "from_bias": "b_z"}
for name, label in names.items():
    parts.plot(t, np.broadcast_to(gate[name].values, gate["take"].shape)[0, :, unit], label=label)
parts.plot(t, gate["pre_activation"].values[0, :, unit], "k", label="sum: log-odds of z")
parts.set(title=f"the classifier of unit {unit + 1}", xlabel="timestep t", ylabel="log-odds")
stacked = takes[:, unit], gate["keep"].values[0, :, unit]
weights.stackplot(t, *stacked, labels=["z: take", "1 - z: keep"], colors=["#e0a458", "#1f5f8b"])
weights.set(title="the two weights sum to 1", xlabel="timestep t", ylim=(0, 1), xlim=(1, len(t)))
for ax in (parts, weights):
    for place in t[marked]:
        ax.axvline(place, color="grey", linestyle=":")
    ax.legend(fontsize=8)

moments = {"before training": (untrained, "grey"), "after": (trained, UNIT_COLOURS["GRU chrono"])}
for label, (model, colour) in moments.items():
    values = [
        update_gate(layer_trace(model(run), run))["take"].values.ravel()
        for run in grus.itertuples()
    ]
    histogram.hist(
        np.concatenate(values),
        40,
        range=(0, 1),
        density=True,
        histtype="step",
        color=colour,
        label=label,
        linewidth=1.5,
    )
    share = [float(((v > 0.1) & (v < 0.9)).mean()) for v in values]
    print(f"z between 0.1 and 0.9, {label}: {min(share):.0%} to {max(share):.0%} by seed")
title = f"z of all units and timesteps, {len(grus)} seeds"
histogram.set(title=title, xlabel="z", ylabel="density", yscale="log")
histogram.legend(fontsize=8)
made.savefig(picture, dpi=110)
