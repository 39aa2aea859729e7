"""A run of this process that Ctrl-C has stopped in the middle of its training."""

import csv
import os
import signal
import threading
import time

import keras
import pytest

from rnnexp.config.compose import compose
from rnnexp.training.run import run

TINY = [
    *("task=first_token", "task.length=5", "task.train_examples=96", "model.units=4"),
    *("trainer.validate_every=3", "trainer.log_every=2"),
]
TINY += ["task.validation_examples=50", "task.test_examples=40", "callbacks=none"]
STEPS = 60


def interrupt(folder, *overrides):
    """Train in `folder` up to some step after the first epoch, where SIGINT ends it."""

    def watch():
        deadline = time.monotonic() + 100
        while not (folder / "metrics.csv").exists() and time.monotonic() < deadline:
            time.sleep(0.002)
        os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with pytest.raises(KeyboardInterrupt):
        run(compose([*TINY, f"trainer.steps={STEPS}", *overrides]), folder)
    watcher.join()


def numbers(folder):
    """What must repeat: every row but its seconds, and the weights."""
    with (folder / "metrics.csv").open(newline="") as file:
        rows = [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]
    model = keras.models.load_model(folder / "model.keras")
    return rows, [keras.ops.convert_to_numpy(w).tobytes() for w in model.weights]
