"""A GRU with a reset gate that is learned, pinned at 1 and pinned at 0, on two tasks.

rnnexp train -m experiment=lecture_reset task=parity,flip_flop \
    'model.layer.gate_bias={},{reset:100},{reset:-100}' 'seed=range(5)' \
    hydra.sweep.dir=lecture/reset
python docs/pictures/reset.py lecture/reset docs/pictures/reset.png
"""

import sys

import numpy as np
from runs import dots, figure, layer_trace, table, told, trained

folder, picture = sys.argv[1:]
RESETS = {
    0: ("learned", "#1f5f8b"),
    100: ("pinned at 1", "#3a7d44"),
    -100: ("pinned at 0", "#b3452c"),
}
runs = table(folder)
runs["task"] = [config.task["_target_"].rpartition(".")[2] for config in runs["config"]]
runs["reset"] = [config.model.layer.gate_bias.get("reset", 0) for config in runs["config"]]
tasks = runs.groupby("task", sort=False)
made, panels = figure(9, 3.6, ncols=len(tasks), squeeze=False)
for ax, (task, group) in zip(panels[0], tasks, strict=True):
    for position, (bias, (label, colour)) in enumerate(RESETS.items()):
        chosen = group[group["reset"] == bias]
        dots(ax, position, chosen["score"], colour)
        r = [layer_trace(trained(run), run)["r"].values for run in chosen.itertuples()]
        span = f"{np.min(r):.2g} to {np.max(r):.2g}"
        told(f"{task} | {label}", chosen, span)
    metric = group["metric"].iloc[0].replace("_", " ")
    ax.axhline(group["baseline"].iloc[0], color="grey", linestyle=":", label="a guess")
    ax.set_xticks(range(len(RESETS)), [label for label, _ in RESETS.values()])
    ax.set(title=task, ylabel=metric, yscale="log" if "error" in metric else "linear")
    ax.legend()
made.savefig(picture, dpi=110)
