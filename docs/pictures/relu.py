"""tanh and ReLU in a simple unit with three initial matrices: gradient before training, and score.

rnnexp train -m experiment=lecture_relu model.layer.activation=tanh,relu \
    model.layer.recurrent_initializer=orthogonal,identity,glorot_uniform 'seed=range(5)' \
    hydra.sweep.dir=lecture/relu
python docs/pictures/relu.py lecture/relu docs/pictures/relu.png
"""

import sys

from runs import dots, figure, layer_trace, median_and_range, table, told, untrained

from rnnexp.diagnostics import relative_norms

folder, picture = sys.argv[1:]
COLOURS = {"tanh": "#b3452c", "relu": "#3a7d44"}
runs = table(folder)
for key in ("activation", "recurrent_initializer"):
    runs[key] = [config.model.layer[key] for config in runs["config"]]
runs["gradient"] = [
    relative_norms(layer_trace(untrained(run), run))["d_h"].values[0] for run in runs.itertuples()
]
made, (left, right) = figure(10, 3.6, ncols=2)
labels = []
settings = runs.groupby(["recurrent_initializer", "activation"], sort=False)
for position, ((matrix, activation), group) in enumerate(settings):
    dots(left, position, group["gradient"], COLOURS[activation])
    dots(right, position, group["score"], COLOURS[activation])
    labels.append(f"{activation}\n{matrix.removesuffix('_uniform')}")
    told(f"{activation} | {matrix}", group, median_and_range(group["gradient"]))
right.axhline(runs["baseline"].iloc[0], color="grey", linestyle=":", label="a guess")
right.legend()
for ax in (left, right):
    ax.set_xticks(range(len(labels)), labels, fontsize=8)
left.set(yscale="log", title="before training: gradient at h_1, relative to h_T")
right.set(ylim=(0, 1.05), title="after training: accuracy")
made.savefig(picture, dpi=110)
