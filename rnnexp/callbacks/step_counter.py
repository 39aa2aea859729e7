"""Counts the training steps of a model."""

from typing import Any

import keras


class StepCounter:
    """Counts training steps as the model's optimizer does, or else by batches.

    Batches are counted where there is no optimizer, and where a model trains its weights without
    the compiled optimizer.
    """

    def __init__(self) -> None:
        self.steps = 0
        # The optimizer of the last training, and whether it counts its updates.
        self._known: tuple[Any, bool] | None = None

    def begin(self, model) -> int:
        """Update the count before the first batch of a training or an epoch.

        By then another callback may have restored the model from a checkpoint.

        Returns:
            The number of steps done.
        """
        if self._counts_updates(model.optimizer) is not False:
            self.steps = _iterations(model.optimizer)
        return self.steps

    def end(self, model, batches: int) -> int:
        """Update the count after a call of the training function.

        Args:
            model: The model.
            batches: Number of batches of that call (`steps_per_execution`).

        Returns:
            The number of steps done.
        """
        optimizer = model.optimizer
        if self._counts_updates(optimizer) is None:
            # Several batches may make one update, and an update may be skipped.
            may_skip = optimizer.gradient_accumulation_steps or isinstance(
                optimizer, keras.optimizers.LossScaleOptimizer
            )
            self._known = optimizer, bool(may_skip or _iterations(optimizer) != self.steps)
        if self._counts_updates(optimizer):
            self.steps = _iterations(optimizer)
        else:
            self.steps += batches
        return self.steps

    def _counts_updates(self, optimizer) -> bool | None:
        """Whether the optimizer counts its updates; None if that is not known yet."""
        if optimizer is None:
            return False
        return self._known[1] if self._known and self._known[0] is optimizer else None


def _iterations(optimizer) -> int:
    return int(optimizer.iterations)
