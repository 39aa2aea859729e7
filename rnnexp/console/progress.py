"""The progress bar of a training; where stderr is no terminal, a line every few seconds."""

import sys
import time

import keras
from tqdm import tqdm

_LINE_SECONDS = 10.0  # between two lines, so that a log file stays short


class Progress(keras.callbacks.Callback):
    """Shows the loss of the running epoch and the latest validation score on stderr.

    Args:
        steps: How many steps the whole training takes.
        metric: The name of the task's metric.
        done: How many steps were done before, in a resumed training.
    """

    def __init__(self, steps: int, metric: str, done: int = 0) -> None:
        super().__init__()
        self._steps = steps
        self._metric = metric
        self._name = metric.replace("_", " ")
        self._score = ""
        self._last_line = -_LINE_SECONDS
        self._done = done
        self._bar = tqdm(
            total=steps,
            initial=done,
            unit="step",
            disable=not sys.stderr.isatty(),
            bar_format="{percentage:3.0f}% {bar} {n}/{total} steps "
            "[{elapsed}<{remaining}{postfix}]",
            dynamic_ncols=True,
        )

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._done += 1
        drawn = self._bar.update(1)
        if drawn:  # only then, because reading the loss makes a GPU wait
            loss = float((logs or {})["loss"])
            self._bar.set_postfix_str(f"loss {loss:.4f}{self._score}", refresh=False)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = logs or {}
        self._score = f", validation {self._name} {logs[f'val_{self._metric}']:.3g}"
        line = f"loss {logs['loss']:.4f}{self._score}"
        self._bar.set_postfix_str(line)
        now = time.monotonic()
        last = self._done == self._steps
        if self._bar.disable and (last or now - self._last_line >= _LINE_SECONDS):
            self._last_line = now
            print(f"step {self._done}/{self._steps}: {line}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the bar as it is and go to the next line."""
        self._bar.close()
