"""A training in processes that are stopped: `python -m tests.commands.killed FOLDER MOMENT…`.

Trains once undisturbed in FOLDER/whole, then in FOLDER/0, where at each MOMENT the process is
stopped and followed by another; once one comes to its end, in FOLDER/1, and so on. The last run is
left unfinished. A moment is a share of the time that the undisturbed one took, or one of

    epoch     as soon as there is a checkpoint from inside an epoch
    writing   while a checkpoint is half written
    asked     some time later, by SIGINT, at which it saves what it has done; all others by SIGKILL

Prints every kill with the checkpoint it left.
"""

import os
import signal
import sys
import time
import traceback
import zipfile
from pathlib import Path

import numpy as np

from rnnexp.config.compose import compose
from rnnexp.console.startup import import_tensorflow, quiet_stderr
from rnnexp.runs.summary import read_summary

TRAINING = [
    "task=first_token",
    "task.length=5",
    "task.train_examples=200",  # 6 steps in an epoch
    "task.validation_examples=50",
    "task.test_examples=40",
    "model.units=4",
    "model.layer.dropout=0.2",
    "+model.layer.recurrent_dropout=0.2",
    "trainer.steps=400",
    "trainer.checkpoint_seconds=0.3",
    # A schedule and an early end, both of which depend on what they have seen so far.
    "callbacks=[default,early_stopping]",
    "callbacks.gate_statistics.every=7",
    "callbacks.timestep_gradients.every=10",
    "callbacks.early_stopping.patience=6",
    "+callbacks.early_stopping.min_delta=0.01",
    "+callbacks.plateau._target_=keras.callbacks.ReduceLROnPlateau",
    "+callbacks.plateau.patience=2",
    "+callbacks.plateau.factor=0.7",
    "+callbacks.plateau.min_delta=0.02",
    "seed=3",
]

_PATIENCE = 20  # trainings that come to their end before their moment


def train(folder):
    """The training, in a process of its own; returns its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        with quiet_stderr():
            import tensorflow as tf

            tf.config.list_physical_devices()
        from rnnexp.training.run import run

        run(compose(TRAINING), folder)
        code = 0
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def stopped(child, moment, folder):
    """Stop `child` at `moment`, unless it ends before; tell whether anything is left of its run.

    A run is complete a moment before its process is gone.
    """
    begun = time.monotonic()
    before = _batch(folder)
    while not _reached(moment, folder, begun, before):
        ended, code = os.waitpid(child, os.WNOHANG)
        if ended:
            assert code == 0, "the training has failed"
            return False
        time.sleep(0.001)
    os.kill(child, signal.SIGINT if moment == "asked" else signal.SIGKILL)
    os.waitpid(child, 0)
    found = read_summary(folder)
    return found is None or found.state != "completed"


def _reached(moment, folder, begun, before):
    if moment == "epoch":
        return _batch(folder) not in (before, 0)
    if moment == "writing":
        return any(folder.glob(".checkpoint.*.npz"))
    if moment == "asked":
        return _batch(folder) != before
    return time.monotonic() - begun >= moment


def _batch(folder):
    """How many batches of its epoch the checkpoint in `folder` has done; 0 if there is none."""
    found = folder / "checkpoint.npz"
    try:
        with np.load(found) as file:
            about = str(file["checkpoint"])
    except FileNotFoundError:
        return 0
    except zipfile.BadZipFile as error:
        raise AssertionError("a checkpoint is not whole") from error
    return int(about.split('"batch": ')[1].split(",")[0])


def main(desk, moments):
    """See the module."""
    import_tensorflow()
    begun = time.monotonic()
    assert os.waitpid(train(desk / "whole"), 0)[1] == 0
    whole = time.monotonic() - begun
    number, folders = 0, len(moments) + _PATIENCE
    for moment in moments:
        at = moment if moment in ("epoch", "writing", "asked") else float(moment) * whole
        folder = desk / str(number)
        while not stopped(train(folder), at, folder):
            at *= 1 if isinstance(at, str) else 0.8  # one that goes on takes less than a whole one
            number += 1
            assert number < folders, f"{number} trainings have ended; none was stopped at {moment}"
            folder = desk / str(number)
        print(f"{folder.name}: {moment}, batch {_batch(folder)}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
