"""How often the first symbol is recalled, against its distance from the question.

rnnexp train -m experiment=lecture_distance model=simple_rnn,gru,gru_chrono,lstm_chrono \
    task.length=25,50,100,200 'seed=range(5)' hydra.sweep.dir=lecture/distance
python docs/pictures/distance.py lecture/distance docs/pictures/distance.png
"""

import sys

from runs import UNIT_COLOURS, figure, table, told

folder, picture = sys.argv[1:]
runs = table(folder)
runs["distance"] = [config.task.length - 1 for config in runs["config"]]
made, ax = figure(7, 4)
for name, group in runs.groupby("unit"):
    scores = group.groupby("distance")["score"]
    ax.plot(scores.mean(), "-", color=UNIT_COLOURS[name], label=name)
    ax.plot(group["distance"], group["score"], "o", color=UNIT_COLOURS[name], alpha=0.4)
ax.axhline(runs["baseline"].iloc[0], color="grey", linestyle=":", label="a guess")
distances = sorted(set(runs["distance"]))
ax.set_xscale("log")
ax.set_xticks(distances, [str(d) for d in distances])
ax.minorticks_off()
ax.set(xlabel="timesteps between symbol and question", ylabel="accuracy", ylim=(0, 1.05))
ax.legend()
made.savefig(picture, dpi=110)
for (distance, name), group in runs.groupby(["distance", "unit"]):
    told(f"{distance} | {name}", group)
