"""The check whether a checkpoint may be resumed with the config of its run folder."""

import sys
from pathlib import Path

from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.config.identity import LAST_DIGITS, as_overrides, differing_keys, flat_values
from rnnexp.runs.folder import CHECKPOINT
from rnnexp.training.checkpoint import Checkpoint

# A longer run begins with the same steps, so these may change.
_LENGTH = ("trainer.epochs", "trainer.steps")


def check_resumable(folder: Path, checkpoint: Checkpoint, experiment: Experiment) -> None:
    """Check that a checkpoint belongs to the training of `experiment`.

    A change that shows in the last digits of numbers only is reported on stderr.

    Args:
        folder: The run folder, for the error message.
        checkpoint: That of the run.
        experiment: What the run folder's config is now.

    Raises:
        UserError: If it was saved with another config, or beyond the new end of the training.
    """
    saved, asked = checkpoint.config, flat_values(experiment.config)
    keys = differing_keys(saved, asked)
    other = [key for key in keys if key not in (*_LENGTH, *LAST_DIGITS)]
    if other:
        raise UserError(
            f"{folder / CHECKPOINT}: it was trained with {as_overrides(other, saved)}, the config "
            f"now has {as_overrides(other, asked)}; set it back, or train in another folder"
        )
    length = [key for key in keys if key in _LENGTH]
    if length:
        _check_length(folder, checkpoint, experiment, length)
    digits = [key for key in keys if key in LAST_DIGITS]
    if digits:
        print(
            f"rnnexp: the run was trained with {as_overrides(digits, saved)}, continues with "
            f"{as_overrides(digits, asked)}: its last digits may differ",
            file=sys.stderr,
        )


def _check_length(
    folder: Path, checkpoint: Checkpoint, experiment: Experiment, keys: list[str]
) -> None:
    """Raise UserError if the training is beyond its new end, or was at the old one."""
    position, trainer = checkpoint.position, experiment.trainer
    epochs, step = position.epoch + (position.batch > 0), position.step
    beyond = epochs > (trainer.epochs or epochs) or step > (trainer.steps or step)
    if beyond or position.ended:
        before = as_overrides(keys, checkpoint.config)
        now = as_overrides(keys, flat_values(experiment.config))
        raise UserError(
            f"{folder / CHECKPOINT}: the training {'ended' if position.ended else 'is'} at step "
            f"{step} of epoch {epochs} with {before}, the config now has {now}; set it back, or "
            "train in another folder"
        )
