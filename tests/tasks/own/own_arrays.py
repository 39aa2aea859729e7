"""Small arrays of a person's own, and the task on them."""

import tempfile
from pathlib import Path

import numpy as np

from rnnexp.tasks import Arrays

N, T, D = 60, 5, 3
RNG = np.random.default_rng(0)
# Row i holds i, so a sequence is found again wherever it is.
X = np.arange(N)[:, None, None] + RNG.random((N, T, D)) / 2
TOKENS = RNG.integers(1, 7, (N, T))
LENGTHS = RNG.integers(1, T + 1, N)
MASK = np.arange(T) < LENGTHS[:, None]
CLASSES = np.arange(N) % 4
NUMBERS = RNG.normal(size=N)
LABELS = RNG.integers(0, 2, (N, 3))
LABELS[0] = 1  # else each row could have a single 1, and the columns would be classes


def arrays_task(settings=None, **arrays):
    """The task on these arrays, saved in a file that is gone once they are read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "my.npz")
        np.savez(path, **arrays)
        task = Arrays(str(path), **(settings or {}))
        task.prepared()
        return task
