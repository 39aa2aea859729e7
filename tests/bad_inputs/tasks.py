"""Tasks of one's own whose examples are not what they say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnnexp.config.memory import check_memory
from rnnexp.config.schema import ModelConf, TrainerConf
from rnnexp.config.values import check_task
from rnnexp.tasks import Adding, FirstToken
from rnnexp.training.examples import first_examples
from tests.bad_inputs.inputs import BadInput

X = np.zeros((6, 5, 17), "float32")
Y = np.zeros(6, "int32")
EXAMPLES: dict[str, Callable[[], Any]] = {
    "fewer y": lambda: (X, Y[:5]),
    "more y": lambda: (X[:5], Y),
    "no x": lambda: (X[:0], Y[:0]),
    "other T": lambda: (X[:, :4], Y),
    "other D": lambda: (X[..., :3], Y),
    "flat x": lambda: (X[:, :, 0], Y),
    "a scalar y": lambda: (X, np.int32(3)),
    "y of one-hot": lambda: (X, np.zeros((6, 8), "int32")),
    "y of floats": lambda: (X, Y.astype("float32")),
    "a class too high": lambda: (X, Y + 8),
    "a negative class": lambda: (X, Y - 1),
    "nan": lambda: (X * np.nan, Y),
    "infinity": lambda: (X + np.inf, Y),
    "text": lambda: (X.astype(str), Y),
    "objects": lambda: (X.astype(object), Y),
    "complex numbers": lambda: (X.astype(complex), Y),
    "lists": lambda: (X.tolist(), Y.tolist()),
    "None": lambda: None,
    "x alone": lambda: X,
    "three": lambda: (X, Y, Y),
    "a dict": lambda: {"x": X, "y": Y},
    "a file that is gone": lambda: Path("nowhere.csv").read_text(),
    "a bug": lambda: 1 / 0,
    "nothing found": lambda: {}["x"],
}
SIZES = {
    "length": (0, -1, 2.5, None, "5", True),
    "features": (0, None, "a"),
    "outputs": (0, -3, None),
}


@dataclass(frozen=True)
class Own(FirstToken):
    """Hands out whatever is under `kind`."""

    length: int = 5
    kind: str = "nan"

    def examples(self, split, seed, epoch=0):
        return EXAMPLES[self.kind]()


@dataclass(frozen=True)
class Numbers(Adding):
    """A task of numbers that hands out two for each example."""

    def examples(self, split, seed, epoch=0):
        x, y = super().examples(split, seed, epoch)
        return x, np.concatenate([y, y], axis=1)


def tasks() -> Iterator[BadInput]:
    """Examples of other sizes, types and numbers, and those that cannot be drawn."""
    for kind in EXAMPLES:
        yield BadInput(kind, lambda _, kind=kind: first_examples(Own(kind=kind), "train", 0))
    yield BadInput("two numbers", lambda _: first_examples(Numbers(), "test", 0))
    for name, values in SIZES.items():
        for given in values:
            task = type("Sized", (Own,), {name: given})
            yield BadInput(f"{name}={given!r}", lambda _, task=task: _sized(task))


def _sized(task):
    found = task.__new__(task)
    check_task(found)
    check_memory(ModelConf(units=1, depth=1), found, TrainerConf(batch_size=1))
