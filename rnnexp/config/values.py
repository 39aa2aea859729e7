"""Values held against what they may be, beyond what their types say."""

import math
from collections.abc import Mapping
from typing import Any, get_type_hints

from omegaconf import DictConfig, OmegaConf

from rnnexp.config.cores import cores
from rnnexp.config.errors import UserError, nearest, refused
from rnnexp.config.rules import CALLBACK, LAYER, OPTIMIZER, Rule, flag
from rnnexp.tasks.task import Task

_POSITIVE = (
    "optimizer.learning_rate",
    "optimizer.clipnorm",
    "optimizer.global_clipnorm",
    "hardware.memory_limit",
    "trainer.checkpoint_seconds",
    "probe.sequences",
)
_FLAGS = ("hardware.memory_growth", "hardware.xla", "hardware.deterministic")
# More layers take TensorFlow hours to build, more steps no machine ends, and more threads or
# devices than this make a process hang that has not the cores for them.
_MOST = {
    "model.units": 10**9,
    "model.depth": 100,
    "trainer.epochs": 10**12,
    "trainer.steps": 10**12,
    "trainer.batch_size": 10**12,
    "hardware.threads": max(128, cores()),
    "hardware.devices": 64,
}
_LONGEST = 200  # letters of a value that are shown


def check_values(config: DictConfig) -> None:
    """Raise UserError for a value that is out of its range, or is taken for another."""
    for key in _FLAGS:
        _hold(key, OmegaConf.select(config, key), flag)
    for key in (*_POSITIVE, *_MOST):
        _check_range(key, OmegaConf.select(config, key), _MOST.get(key))
    if not math.isfinite(config.optimizer.learning_rate):
        raise UserError(f"optimizer.learning_rate: expected a finite number, got {shown(math.inf)}")
    if not 0 <= config.seed < 2**32:
        raise UserError(f"seed: expected 0 to {2**32 - 1}, got {shown(config.seed)}")
    _check_outputs(config.outputs)
    _check_clipping(config.optimizer)
    _check_end(config.trainer)
    _check_arguments("optimizer", config.optimizer, OPTIMIZER)
    _check_arguments("model.layer", config.model.layer, LAYER)
    for name, node in config.callbacks.items():
        _check_arguments(f"callbacks.{name}", node, CALLBACK)


def check_types(target: type, settings: Mapping[Any, Any]) -> None:
    """Raise UserError where a true-or-false or a text of a task is given as something else."""
    hints = get_type_hints(target)
    for name, value in settings.items():
        if hints.get(name) is bool and not isinstance(value, bool):
            raise UserError(f"task.{name}: expected true or false, got {shown(value)}")
        if hints.get(name) is str and not isinstance(value, str):
            raise UserError(f"task.{name}: expected text, got {shown(value)}")


def check_task(task: Task) -> None:
    """Raise UserError for a task whose own sizes are none."""
    for name in ("length", "features", "outputs"):
        with refused(f"task: {type(task).__name__}.{name}"):
            value = getattr(task, name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise UserError(
                f"task: {type(task).__name__}.{name}: expected a whole number of at least 1, got "
                f"{shown(value)}"
            )


def check_monitors(callbacks: Mapping[Any, Any], task: Task) -> None:
    """Raise UserError where a callback follows a number that no epoch of the task has."""
    followed = [f"{split}{name}" for split in ("", "val_") for name in ("loss", task.metric)]
    for name, node in callbacks.items():
        if "monitor" in node and node["monitor"] not in (*followed, "learning_rate"):
            raise UserError(
                f"callbacks.{name}.monitor: an epoch of {type(task).__name__} has no "
                f"{shown(node['monitor'])}; {nearest(str(node['monitor']), followed)}"
            )


def shown(value: Any) -> str:
    """`value` as it is told, of a length that leaves a line readable."""
    try:
        told = "null" if value is None else repr(value)
    except ValueError:  # a whole number of more digits than Python writes
        return "a number of thousands of digits"
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def _hold(key: str, value: Any, rule: Rule) -> None:
    expected = rule(value)
    if expected:
        raise UserError(f"{key}: expected {expected}, got {shown(value)}")


def _check_range(key: str, value: Any, most: int | None) -> None:
    if value is None:
        return
    if not value > 0:
        raise UserError(f"{key}: expected more than 0, got {shown(value)}")
    if most and value > most:
        raise UserError(f"{key}: expected at most {most}, got {shown(value)}")


def _check_arguments(where: str, node: DictConfig, rules: Mapping[str, Rule]) -> None:
    """Hold the arguments of a target of Keras's or ours against `rules`; others have their own."""
    target: str = node["_target_"]
    if target.partition(".")[0] not in ("keras", "rnnexp"):
        return
    values: Any = OmegaConf.to_container(node)
    for name, value in values.items():
        if name in rules:
            _hold(f"{where}.{name}", value, rules[name])


def _check_outputs(outputs: Any) -> None:
    if not isinstance(outputs, str) or not outputs.strip() or "\0" in outputs:
        raise UserError(f"outputs: expected the name of a folder, got {shown(outputs)}")


def _check_clipping(optimizer: DictConfig) -> None:
    if optimizer.clipnorm is not None and optimizer.global_clipnorm is not None:
        raise UserError(
            f"optimizer: clipnorm={optimizer.clipnorm} and global_clipnorm="
            f"{optimizer.global_clipnorm} exclude each other; set one of them to null"
        )


def _check_end(trainer: DictConfig) -> None:
    if trainer.epochs is None and trainer.steps is None:
        raise UserError(
            "trainer: expected epochs or steps or both, got neither; set one, as in "
            "trainer.steps=1000"
        )
