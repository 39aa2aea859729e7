"""A config checked against every type and rule there is, before anything slow is imported."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from rnnexp.experiment.compose import explain, mistakes
from rnnexp.experiment.errors import UserError
from rnnexp.experiment.schema import HardwareConf, ModelConf, ProbeConf, TrainerConf, schema
from rnnexp.experiment.target import check_trusted, locate
from rnnexp.tasks.task import Task

_POSITIVE = (
    "model.units",
    "model.depth",
    "optimizer.learning_rate",
    "optimizer.clipnorm",
    "optimizer.global_clipnorm",
    "hardware.devices",
    "hardware.threads",
    "hardware.memory_limit",
    "trainer.epochs",
    "trainer.steps",
    "trainer.batch_size",
    "trainer.checkpoint_seconds",
    "probe.sequences",
)


@dataclass(frozen=True)
class Experiment:
    """A config that passed: plain Python values, the task built, and `config` as it is saved."""

    model: ModelConf
    task: Task
    optimizer: dict[str, Any]
    hardware: HardwareConf
    trainer: TrainerConf
    probe: ProbeConf
    callbacks: dict[str, Any]
    seed: int
    trust: list[str]
    config: DictConfig


def check(cfg: DictConfig | Mapping[str, Any]) -> Experiment:
    """Hold `cfg`, composed or read back from a run folder, against the schemas.

    Raises UserError for a key that nobody reads, a wrong type, a value out of range, a missing one.
    """
    with mistakes():
        # A typed node would bring its own, open, type along: only its values are merged.
        values = OmegaConf.to_container(cfg) if isinstance(cfg, DictConfig) else cfg
        config = OmegaConf.merge(schema(), values)
        assert isinstance(config, DictConfig)
        OmegaConf.resolve(config)
    _complete(config)
    _in_range(config)
    trust = list(config.trust)
    for where in ("model.layer", "optimizer", "callbacks"):
        check_trusted(OmegaConf.select(config, where), where, trust)
    task = build_task(config.task, trust)
    config.task = {"_target_": config.task["_target_"], **dataclasses.asdict(task)}
    plain: Any = OmegaConf.to_object(config)
    return Experiment(
        model=plain.model,
        task=task,
        optimizer=OmegaConf.to_container(config.optimizer),  # type: ignore[arg-type]
        hardware=plain.hardware,
        trainer=plain.trainer,
        probe=plain.probe,
        callbacks=OmegaConf.to_container(config.callbacks),  # type: ignore[arg-type]
        seed=plain.seed,
        trust=trust,
        config=config,
    )


def build_task(node: DictConfig, trust: list[str]) -> Task:
    """The task of a YAML; the task's own fields are the schema of what stands there."""
    settings = {key: value for key, value in node.items() if key != "_target_"}
    check_trusted(node, "task", trust, known=("rnnexp",))
    target = locate(node["_target_"], "task", trust)
    if not (
        isinstance(target, type) and issubclass(target, Task) and dataclasses.is_dataclass(target)
    ):
        raise UserError(
            f"task._target_: {node['_target_']} is not a task: a dataclass from rnnexp.tasks"
        )
    fields = OmegaConf.structured(target)
    OmegaConf.set_readonly(fields, False)  # a frozen dataclass makes its node read-only
    try:
        task = OmegaConf.to_object(OmegaConf.merge(fields, settings))
    except OmegaConfBaseException as error:
        raise UserError(explain(error, prefix="task")) from error
    except ValueError as error:
        raise UserError(f"task: {error}") from error
    assert isinstance(task, Task)
    return task


def _complete(config: DictConfig) -> None:
    missing = OmegaConf.missing_keys(config)
    if missing:
        key = min(missing)
        raise UserError(
            f"{key}: expected a value, got none; set {key}=VALUE or name it in the YAML"
        )
    for group in ("task", "model.layer", *(f"callbacks.{name}" for name in config.callbacks)):
        if not OmegaConf.select(config, f"{group}._target_"):
            raise UserError(
                f"{group}: expected a _target_, the name of the class to build, got none"
            )


def _in_range(config: DictConfig) -> None:
    for key in _POSITIVE:
        value = OmegaConf.select(config, key)
        if value is not None and not value > 0:
            raise UserError(f"{key}: expected more than 0, got {value}")
    if not 0 <= config.seed < 2**32:
        raise UserError(f"seed: expected 0 to {2**32 - 1}, got {config.seed}")
    optimizer = config.optimizer
    if optimizer.clipnorm is not None and optimizer.global_clipnorm is not None:
        raise UserError(
            f"optimizer: clipnorm={optimizer.clipnorm} and global_clipnorm="
            f"{optimizer.global_clipnorm} exclude each other; set one of them to null"
        )
    trainer = config.trainer
    if trainer.epochs is None and trainer.steps is None:
        raise UserError(
            "trainer: expected epochs or steps or both, got neither; set one, as in "
            "trainer.steps=1000"
        )
