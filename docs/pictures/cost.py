"""LSTM (1997 and 2000) and GRU (2014) at equal parameters: score, steps and time.

rnnexp train -m experiment=lecture_cost model=lstm1997,lstm,gru 'seed=range(5)' \
    hydra.sweep.dir=lecture/cost
python docs/pictures/cost.py lecture/cost docs/pictures/cost.png
"""

import sys

from runs import UNIT_COLOURS, dots, figure, median_and_range, table, told

folder, picture = sys.argv[1:]
runs = table(folder)
runs["of_step"] = 1000 * runs["seconds"] / runs["steps"]
made, (scores, steps, times) = figure(10, 3.4, ncols=3)
units = ["LSTM1997", "LSTM", "GRU"]
for position, name in enumerate(units):
    group = runs[runs["unit"] == name]
    dots(scores, position, group["score"], UNIT_COLOURS[name])
    solved = group["steps_to_solve"].dropna()
    if len(solved):
        dots(steps, position, solved, UNIT_COLOURS[name])
    dots(times, position, group["of_step"], UNIT_COLOURS[name])
    numbers = [group["units"].iloc[0], group["parameters"].iloc[0], group["state_size"].iloc[0]]
    told(name, group, *map(str, numbers), median_and_range(group["seconds"]))
scores.axhline(runs["baseline"].iloc[0], color="grey", linestyle=":", label="a guess")
scores.legend()
scores.set(yscale="log", title="squared error on the test split")
steps.set(title="steps until solved", ylim=(0, None))
times.set(title="milliseconds per step", ylim=(0, None))
for ax in (scores, steps, times):
    ax.set_xticks(range(len(units)), units)
    ax.set_xlim(-0.5, len(units) - 0.5)
made.savefig(picture, dpi=110)
