"""Whether a checkpoint may go on as the training that its config, by now, asks for."""

import sys
from pathlib import Path

from rnnexp.config.check import Experiment
from rnnexp.config.errors import UserError
from rnnexp.config.identity import changed, told, values
from rnnexp.runs.folder import CHECKPOINT
from rnnexp.training.checkpoint import Checkpoint

# How long a run is: what was trained so far is the same, so it may become longer.
_ENDS = ("trainer.epochs", "trainer.steps")
# How sums are divided, which may show in their last digits and nowhere else.
_THREADS = "hardware.threads"


def check_goes_on(folder: Path, checkpoint: Checkpoint, experiment: Experiment) -> None:
    """Raise UserError, naming the keys, where `checkpoint` is of another training.

    Say so where the training goes on with other last digits.
    """
    found, asked = checkpoint.config, values(experiment.config)
    keys = changed(found, asked)
    other = [key for key in keys if key not in (*_ENDS, _THREADS)]
    if other:
        raise UserError(
            f"{folder / CHECKPOINT}: it was trained with {told(other, found)}, the config now has "
            f"{told(other, asked)}; set it back, or train in another folder"
        )
    ends = [key for key in keys if key in _ENDS]
    if ends:
        _check_ends(folder, checkpoint, experiment, ends)
    if _THREADS in keys:
        print(
            f"rnnexp: the run was trained with {told([_THREADS], found)}, goes on with "
            f"{told([_THREADS], asked)}: its last digits may differ",
            file=sys.stderr,
        )


def _check_ends(
    folder: Path, checkpoint: Checkpoint, experiment: Experiment, keys: list[str]
) -> None:
    """Raise UserError where the training is beyond its new end, or was at the old one."""
    place, trainer = checkpoint.place, experiment.trainer
    epochs = place.epoch + (place.batch > 0)
    beyond = epochs > (trainer.epochs or epochs) or place.step > (trainer.steps or place.step)
    if beyond or place.ended:
        raise UserError(
            f"{folder / CHECKPOINT}: the training {'has ended' if place.ended else 'has come'} at "
            f"step {place.step} of epoch {epochs} with {told(keys, checkpoint.config)}, the config "
            f"now has {told(keys, values(experiment.config))}; set it back, or train in "
            "another folder"
        )
