"""One progress bar over all steps; on anything but a terminal, a line now and then."""

import sys
import time

import keras
from tqdm import tqdm

_BETWEEN_LINES = 10.0  # seconds, so that a log file stays short


class Progress(keras.callbacks.Callback):
    """Shows the loss of the running epoch and the latest validation score on stderr.

    `done` of the `steps` are done before it begins.
    """

    def __init__(self, steps: int, metric: str, done: int = 0) -> None:
        super().__init__()
        self._steps = steps
        self._metric = metric
        self._name = metric.replace("_", " ")
        self._score = ""
        self._told = -_BETWEEN_LINES
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
        if self._bar.update(
            1
        ):  # true where the bar was drawn: reading the loss makes a device wait
            loss = float((logs or {})["loss"])
            self._bar.set_postfix_str(f"loss {loss:.4f}{self._score}", refresh=False)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = logs or {}
        self._score = f", validation {self._name} {logs[f'val_{self._metric}']:.3g}"
        line = f"loss {logs['loss']:.4f}{self._score}"
        self._bar.set_postfix_str(line)
        now = time.monotonic()
        last = self._done == self._steps
        if self._bar.disable and (last or now - self._told >= _BETWEEN_LINES):
            self._told = now
            print(f"step {self._done}/{self._steps}: {line}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the bar as it stands and go to the next line."""
        self._bar.close()
