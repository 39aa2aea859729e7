"""A config checked against every type and rule there is, before anything slow is imported."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from rnnexp.config.compose import explain, mistakes
from rnnexp.config.errors import UserError
from rnnexp.config.instantiate import check_allowed, locate
from rnnexp.config.interpolations import refuse_any
from rnnexp.config.memory import check_memory
from rnnexp.config.schema import HardwareConf, ModelConf, ProbeConf, TrainerConf, schema
from rnnexp.config.trust import refuse_from_file, said_to_compose, trusted
from rnnexp.config.values import check_monitors, check_task, check_types, check_values
from rnnexp.tasks.task import Task


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

    Raises UserError for a key that nobody reads, a wrong type, a value out of range, a missing one,
    and for a `_target_` that is not of the kind its place takes.
    """
    trust = [*trusted(), *said_to_compose(cfg)]
    with mistakes():
        # A typed node would bring its own, open, type along: only its values are merged.
        values = OmegaConf.to_container(cfg) if isinstance(cfg, DictConfig) else cfg
        config = OmegaConf.merge(schema(), values)
        assert isinstance(config, DictConfig)
        OmegaConf.resolve(config)
    _complete(config)
    refuse_from_file(config.trust, trust)
    config.trust = []
    _check_kinds(config, trust)
    check_values(config)
    task = build_task(config.task, trust)
    config.task = {"_target_": config.task["_target_"], **dataclasses.asdict(task)}
    plain: Any = OmegaConf.to_object(config)
    check_task(task)
    check_monitors(config.callbacks, task)
    check_memory(plain.model, task, plain.trainer)
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


def build_task(node: DictConfig, trust: Sequence[str] | None = None) -> Task:
    """The task of a YAML; the task's own fields are the schema of what stands there.

    trust: as `check` takes it; None: the command line's alone.
    """
    trust = trusted() if trust is None else trust
    settings = {key: value for key, value in node.items() if key != "_target_"}
    check_allowed(OmegaConf.to_container(node), "task", "task", trust)
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
        check_types(target, settings)
        task = OmegaConf.to_object(OmegaConf.merge(fields, settings))
    except OmegaConfBaseException as error:
        raise UserError(explain(error, prefix="task")) from error
    except ValueError as error:
        raise UserError(f"task: {error}") from error
    assert isinstance(task, Task)
    return task


def _check_kinds(config: DictConfig, trust: Sequence[str]) -> None:
    values: Any = OmegaConf.to_container(config, enum_to_str=True)
    refuse_any(values, "the experiment")  # made of two parts, it would be resolved once more
    check_allowed(values["model"]["layer"], "model.layer", "layer", trust)
    check_allowed(values["optimizer"], "optimizer", "optimizer", trust)
    check_allowed(values["task"], "task", "task", trust)
    for name, node in values["callbacks"].items():
        check_allowed(node, f"callbacks.{name}", "callback", trust)


def _complete(config: DictConfig) -> None:
    missing = OmegaConf.missing_keys(config)
    if missing:
        key = min(missing)
        raise UserError(
            f"{key}: expected a value, got none; set {key}=VALUE or name it in the YAML"
        )
    nodes = {"task": config.task, "model.layer": config.model.layer}
    nodes |= {f"callbacks.{name}": node for name, node in config.callbacks.items()}
    for group, node in nodes.items():
        if not (isinstance(node, DictConfig) and node.get("_target_")):
            raise UserError(
                f"{group}: expected a _target_, the name of the class to build, got none"
            )
