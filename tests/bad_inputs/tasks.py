"""Tasks of one's own whose examples are not what they say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnnexp.config.memory import check_memory
from rnnexp.config.schema import ModelConf, TrainerConf
from rnnexp.config.values import check_task
from rnnexp.tasks import FirstToken, Inputs, Targets
from rnnexp.training.examples import first_chunk
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
    "fewer weights": lambda: (X, Y, np.ones(5, "float32")),
    "weights beside one target": lambda: (X, Y, np.ones((6, 5), "float32")),
    "slices of floats": lambda: (X, Y, None, np.ones(6, "float32")),
    "fewer slices": lambda: (X, Y, None, np.ones(5, "int32")),
    "five": lambda: (X, Y, None, None, Y),
    "no y": lambda: (X, None),
    "a dict": lambda: {"x": X, "y": Y},
    "a file that is gone": lambda: Path("nowhere.csv").read_text(),
    "a bug": lambda: 1 / 0,
    "nothing found": lambda: {}["x"],
}
TOKENS = np.ones((6, 5), "int32")
EXAMPLES_OF_TOKENS: dict[str, Callable[[], Any]] = {
    "a token too high": lambda: (TOKENS + 17, TOKENS),
    "a negative token": lambda: (TOKENS - 2, TOKENS),
    "tokens of floats": lambda: (TOKENS.astype("float32"), TOKENS),
    "one-hot tokens": lambda: (X, TOKENS),
    "one target": lambda: (TOKENS, Y),
    "fewer targets": lambda: (TOKENS, TOKENS[:, 1:]),
    "fewer weights": lambda: (TOKENS, TOKENS, np.ones((6, 4), "float32")),
}
SIZES: dict[str, tuple[Any, ...]] = {
    "length": (0, -1, 2.5, None, "5", True),
    "inputs": (Inputs("numbers", 0), Inputs("tokens", "a"), None),
    "targets": (Targets("class", 0), Targets("numbers", -3), None),
    "metric": ("accurracy", None),
}


@dataclass(frozen=True)
class Own(FirstToken):
    """Hands out whatever is under `kind`."""

    inputs = Inputs("numbers", 17)

    length: int = 5
    kind: str = "nan"

    def batch(self, split, seed, index, number):
        return EXAMPLES[self.kind]()


@dataclass(frozen=True)
class OwnTokens(Own):
    """A task of tokens, with a target at every timestep."""

    inputs = Inputs("tokens", 17)
    targets = Targets("class", 8, per_timestep=True)

    def batch(self, split, seed, index, number):
        return EXAMPLES_OF_TOKENS[self.kind]()


@dataclass(frozen=True)
class Numbers(Own):
    """A task of two numbers that hands out three for each example."""

    targets = Targets("numbers", 2)

    def batch(self, split, seed, index, number):
        return X, np.zeros((6, 3), "float32")


@dataclass(frozen=True)
class NoSize(FirstToken):
    """A task whose size is no number."""

    def size(self, split):
        return None


def tasks() -> Iterator[BadInput]:
    """Examples of other sizes, types and numbers, and those that cannot be drawn."""
    for kind in EXAMPLES:
        yield BadInput(kind, lambda _, kind=kind: first_chunk(Own(kind=kind), "train", 0))
    for kind in EXAMPLES_OF_TOKENS:
        yield BadInput(kind, lambda _, kind=kind: first_chunk(OwnTokens(kind=kind), "test", 0))
    yield BadInput("three numbers", lambda _: first_chunk(Numbers(), "test", 0))
    yield BadInput("no size", lambda _: first_chunk(NoSize(), "test", 0))
    for name, values in SIZES.items():
        for given in values:
            task = type("Sized", (Own,), {name: given})
            yield BadInput(f"{name}={given!r}", lambda _, task=task: _sized(task))


def _sized(task):
    found = task.__new__(task)
    check_task(found)
    check_memory(ModelConf(units=1, depth=1), found, TrainerConf(batch_size=1))
