"""Checks of values that their types cannot express: ranges, and combinations."""

from collections.abc import Mapping, Sequence
from typing import Any, get_type_hints

from omegaconf import DictConfig, OmegaConf

from rnnexp.config.cores import cores
from rnnexp.config.errors import UserError, raised_as_user_error, suggest
from rnnexp.config.rules import CALLBACK, LAYER, OPTIMIZER, SCHEDULE, Rule, flag, number
from rnnexp.config.schema import ModelConf, TrainerConf
from rnnexp.tasks.scores import HIGHER_IS_BETTER
from rnnexp.tasks.task import Task

_POSITIVE = (
    "optimizer.clipnorm",
    "optimizer.global_clipnorm",
    "hardware.memory_limit",
    "trainer.checkpoint_seconds",
    "probe.sequences",
)
_FLAGS = (
    *("hardware.memory_growth", "hardware.xla", "hardware.deterministic"),
    *("model.bidirectional", "model.residual", "trainer.stop_when_solved"),
)
# More layers take TensorFlow hours to build, more steps never end, and more threads or devices make
# a process hang that has too few cores for them.
_MAXIMUM = {
    "model.units": 10**9,
    "model.parameters": 10**15,
    "model.state": 10**12,
    "model.embedding": 10**9,
    "model.depth": 100,
    "trainer.epochs": 10**12,
    "trainer.steps": 10**12,
    "trainer.batch_size": 10**12,
    "trainer.log_every": 10**12,
    "trainer.validate_every": 10**12,
    "hardware.threads": max(128, cores()),
    "hardware.devices": 64,
}
_MAX_SHOWN = 200  # characters of a value in a message


def check_values(config: DictConfig) -> None:
    """Check every value of a typed config that has a range.

    Raises:
        UserError: For a value out of its range, and for two that exclude each other.
    """
    for key in _FLAGS:
        _apply_rule(key, OmegaConf.select(config, key), flag)
    for key in (*_POSITIVE, *_MAXIMUM):
        _check_range(key, OmegaConf.select(config, key), _MAXIMUM.get(key))
    _check_learning_rate(config.optimizer.learning_rate)
    _apply_rule("model.dropout", config.model.dropout, number(least=0, below=1))
    if config.model.parameters is not None and config.model.state is not None:
        raise UserError(
            f"model: parameters={config.model.parameters} and state={config.model.state} exclude "
            "each other; set one of them to null"
        )
    if not 0 <= config.seed < 2**32:
        raise UserError(f"seed: expected 0 to {2**32 - 1}, got {format_value(config.seed)}")
    _check_outputs(config.outputs)
    _check_clipping(config.optimizer)
    _check_end(config.trainer)
    _check_arguments("optimizer", config.optimizer, OPTIMIZER)
    _check_arguments("model.layer", config.model.layer, LAYER)
    for name, node in config.callbacks.items():
        _check_arguments(f"callbacks.{name}", node, CALLBACK)


def check_types(target: type, settings: Mapping[Any, Any]) -> None:
    """Check the settings of a task that OmegaConf would convert: flags and texts.

    Args:
        target: The class of the task.
        settings: The values of its fields, by name.

    Raises:
        UserError: If a flag is not true or false, or a text is not text.
    """
    hints = get_type_hints(target)
    for name, value in settings.items():
        if hints.get(name) is bool and not isinstance(value, bool):
            raise UserError(f"task.{name}: expected true or false, got {format_value(value)}")
        if hints.get(name) is str and not isinstance(value, str):
            raise UserError(f"task.{name}: expected text, got {format_value(value)}")


def check_task(task: Task) -> None:
    """Check the sizes that a task says it has.

    Raises:
        UserError: If they are not whole numbers of at least 1, or its metric is unknown.
    """
    sizes = {
        "length": lambda: task.length,
        "timesteps('train')": lambda: task.timesteps("train"),
        "inputs.size": lambda: task.inputs.size,
        "targets.size": lambda: task.targets.size,
    }
    for name, size in sizes.items():
        where = f"task: {type(task).__name__}.{name}"
        with raised_as_user_error(where):
            value = size()
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise UserError(
                f"{where}: expected a whole number of at least 1, got {format_value(value)}"
            )
    if task.metric not in HIGHER_IS_BETTER:
        raise UserError(
            f"task: {type(task).__name__}.metric is {format_value(task.metric)}; "
            f"{suggest(str(task.metric), list(HIGHER_IS_BETTER))}"
        )


def check_stop_when_solved(trainer: TrainerConf, task: Task) -> None:
    """Check that a training which is to stop when the task is solved can do so.

    Raises:
        UserError: If the task has no threshold.
    """
    if trainer.stop_when_solved and task.threshold is None:
        raise UserError(
            f"trainer.stop_when_solved=true: {type(task).__name__} has no score from which it "
            "counts as solved, expected trainer.stop_when_solved=false"
        )


def check_model(model: ModelConf, task: Task) -> None:
    """Check options of the model that exclude each other, or do not fit the task.

    Raises:
        UserError: For an embedding of numbers, and for layers that are bidirectional and residual.
    """
    if model.embedding is not None and task.inputs.kind == "numbers":
        raise UserError(
            f"model.embedding: expected null, as the task has numbers and no tokens, got "
            f"{model.embedding}"
        )
    if model.residual and model.bidirectional and model.depth > 1:
        raise UserError(
            "model.residual: expected false beside model.bidirectional, whose layers have twice as "
            "many inputs as units"
        )


def check_monitors(callbacks: Mapping[Any, Any], task: Task, metrics: Sequence[str]) -> None:
    """Check what the callbacks monitor.

    Args:
        callbacks: For each name, a `_target_` and its arguments.
        task: Names the score.
        metrics: The names of further metrics.

    Raises:
        UserError: If a callback monitors a number that no validation of the task has.
    """
    names = dict.fromkeys(("loss", task.metric, *metrics))
    known = [f"{split}{name}" for split in ("", "val_") for name in names]
    for name, node in callbacks.items():
        if "monitor" in node and node["monitor"] not in (*known, "learning_rate"):
            raise UserError(
                f"callbacks.{name}.monitor: a validation of {type(task).__name__} has no "
                f"{format_value(node['monitor'])}; {suggest(str(node['monitor']), known)}"
            )


def format_value(value: Any) -> str:
    """Return `value` for an error message, cut where it would make the line unreadable."""
    try:
        text = "null" if value is None else repr(value)
    except ValueError:  # Python refuses to write so many digits
        return "a number of thousands of digits"
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _apply_rule(key: str, value: Any, rule: Rule) -> None:
    expected = rule(value)
    if expected:
        raise UserError(f"{key}: expected {expected}, got {format_value(value)}")


def _check_range(key: str, value: Any, maximum: int | None) -> None:
    if value is None:
        return
    if not value > 0:
        raise UserError(f"{key}: expected more than 0, got {format_value(value)}")
    if maximum and value > maximum:
        raise UserError(f"{key}: expected at most {maximum}, got {format_value(value)}")


def _check_arguments(where: str, node: DictConfig, rules: Mapping[str, Rule]) -> None:
    """Apply `rules` to the arguments of a class of Keras or rnnexp; others have their own."""
    target: str = node["_target_"]
    if target.partition(".")[0] not in ("keras", "rnnexp"):
        return
    values: Any = OmegaConf.to_container(node)
    for name, value in values.items():
        if name in rules:
            _apply_rule(f"{where}.{name}", value, rules[name])


def _check_learning_rate(rate: Any) -> None:
    """Check a number, or the numbers of a schedule."""
    if isinstance(rate, DictConfig) and "_target_" in rate:
        _check_arguments("optimizer.learning_rate", rate, SCHEDULE)
    else:
        _apply_rule("optimizer.learning_rate", rate, number(above=0))


def _check_outputs(outputs: Any) -> None:
    if not isinstance(outputs, str) or not outputs.strip() or "\0" in outputs:
        raise UserError(f"outputs: expected the name of a folder, got {format_value(outputs)}")


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
