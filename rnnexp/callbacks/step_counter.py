"""How many steps of training a model has done."""

from typing import Any

import keras


class Steps:
    """Counts as the model's optimizer does, or by batches where that does not count.

    So it does where there is none, and where a model of one's own trains its weights itself.
    """

    def __init__(self) -> None:
        self.done = 0
        self._known: tuple[Any, bool] | None = None  # an optimizer, and whether it counts

    def begin(self, model) -> int:
        """Before the first batch of a training or an epoch, by when a callback may have restored
        the model from a checkpoint.
        """
        if self._counts(model.optimizer) is not False:
            self.done = _iterations(model.optimizer)
        return self.done

    def end(self, model, batches: int) -> int:
        """After a training step on so many batches (`steps_per_execution`)."""
        optimizer = model.optimizer
        if self._counts(optimizer) is None:
            # Several batches may make one update, and an update may be left out.
            pauses = optimizer.gradient_accumulation_steps or isinstance(
                optimizer, keras.optimizers.LossScaleOptimizer
            )
            self._known = optimizer, bool(pauses or _iterations(optimizer) != self.done)
        if self._counts(optimizer):
            self.done = _iterations(optimizer)
        else:
            self.done += batches
        return self.done

    def _counts(self, optimizer) -> bool | None:
        """None where that is not known yet."""
        if optimizer is None:
            return False
        return self._known[1] if self._known and self._known[0] is optimizer else None


def _iterations(optimizer) -> int:
    return int(optimizer.iterations)
