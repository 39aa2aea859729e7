"""The same model with one word changed: score and seconds of Keras's layers and of rnnexp's.

rnnexp train -m experiment=lecture_one_word 'seed=range(5)' hydra.sweep.dir=lecture/one_word \
    model.layer._target_=keras.layers.SimpleRNN,rnnexp.layers.SimpleRNN,keras.layers.GRU,rnnexp.layers.GRU
python docs/pictures/one_word.py lecture/one_word docs/pictures/one_word.png
"""

import sys

from runs import UNIT_COLOURS, dots, figure, median_and_range, table, told

folder, picture = sys.argv[1:]
runs = table(folder)
runs["word"] = [config.model.layer["_target_"] for config in runs["config"]]
made, (scores, seconds) = figure(10, 3.4, ncols=2)
words = runs.groupby("word", sort=False)
labels = []
for position, (word, group) in enumerate(words):
    colour = UNIT_COLOURS[group["unit"].iloc[0]]
    dots(scores, position, group["score"], colour)
    dots(seconds, position, group["seconds"], colour)
    labels.append(word.replace(".layers", "\nlayers"))
    told(f"`{word}`", group, median_and_range(group["seconds"]))
scores.set(title="accuracy on digits, row by row")
seconds.set(title="seconds of a run", ylim=(0, None))
for ax in (scores, seconds):
    ax.set_xticks(
        range(len(words)), [w.replace(".layers", "\nlayers") for w, _ in words], fontsize=8
    )
made.savefig(picture, dpi=110)
