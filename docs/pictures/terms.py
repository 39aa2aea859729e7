"""The term that each timestep adds to dL/dW_x, before and after training, for each unit.

rnnexp train -m experiment=recall model=simple_rnn,gru,gru_chrono 'seed=range(5)' \
    hydra.sweep.dir=lecture/terms
python docs/pictures/terms.py lecture/terms docs/pictures/terms.png
"""

import sys

import numpy as np
from runs import (
    UNIT_COLOURS,
    figure,
    layer_trace,
    median_and_range,
    table,
    told,
    trained,
    untrained,
)

from rnnexp.diagnostics import weight_term_norms

folder, picture = sys.argv[1:]


def terms(model, run):
    """‖term of t‖ / ‖term of T‖ over the matrices of all neurons, (T,)."""
    norms = weight_term_norms(layer_trace(model, run))["W_x"].values
    size = np.sqrt(np.square(norms).sum(axis=1))
    return size / size[-1]


runs_of = dict(list(table(folder).groupby("unit")))
units = [(name, runs_of[name]) for name in UNIT_COLOURS if name in runs_of]
made, panels = figure(10, 3.4, ncols=len(units), sharey=True, squeeze=False)
for ax, (name, runs) in zip(panels[0], units, strict=True):
    before = np.stack([terms(untrained(run), run) for run in runs.itertuples()])
    after = np.stack([terms(trained(run), run) for run in runs.itertuples()])
    t = np.arange(1, before.shape[1] + 1)
    for values, style, label in ((before, "--", "before training"), (after, "-", "after")):
        ax.fill_between(t, values.min(0), values.max(0), color=UNIT_COLOURS[name], alpha=0.2)
        ax.plot(t, np.median(values, axis=0), style, color=UNIT_COLOURS[name], label=label)
    ax.set(title=name, xlabel="timestep t", yscale="log")
    ax.legend()
    told(name, runs, *(median_and_range(v[:, 0]) for v in (before, after)))
panels[0][0].set_ylabel("term of t in dL/dW_x,\nrelative to that of T")
made.savefig(picture, dpi=110)
