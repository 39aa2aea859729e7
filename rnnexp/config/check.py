"""The checks of a config against every type and rule, before anything slow is imported."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from rnnexp import tasks
from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.config.hydra_errors import explain, user_errors
from rnnexp.config.instantiate import check_targets, locate
from rnnexp.config.interpolations import refuse_interpolations
from rnnexp.config.memory import check_memory
from rnnexp.config.metrics import check_metrics
from rnnexp.config.schema import schema
from rnnexp.config.trust import attached_trust, refuse_trust_from_file, trusted
from rnnexp.config.values import (
    check_model,
    check_monitors,
    check_stop_when_solved,
    check_task,
    check_types,
    check_values,
)
from rnnexp.tasks.task import Task


def check(config: DictConfig | Mapping[str, Any], task: Task | None = None) -> Experiment:
    """Check a config, composed or read from a run folder.

    Args:
        config: Every value of the experiment. It is left as it is.
        task: A task instead of the one in `config`; its settings are recorded there. Its class may
            be any, because whoever calls this has built it.

    Returns:
        The experiment, its task built.

    Raises:
        UserError: For an unknown key, a wrong type, a value out of range, a missing value, and a
            `_target_` that makes another kind of object than its place takes.
    """
    trust = [*trusted(), *attached_trust(config)]
    checked = _typed(config)
    if task is not None:
        checked.task = {"_target_": _name(task), **_settings(task)}
    _check_complete(checked)
    refuse_trust_from_file(checked.trust, trust)
    checked.trust = []
    checked.paper = {}  # what a paper says of its runs is no part of any of them
    _check_kinds(checked, trust if task is None else [*trust, _name(task)])
    check_values(checked)
    built = build_task(checked.task, trust) if task is None else task
    checked.task = {"_target_": checked.task["_target_"], **_settings(built)}
    plain: Any = OmegaConf.to_object(checked)
    check_task(built)
    check_stop_when_solved(plain.trainer, built)
    check_model(plain.model, built)
    check_metrics(plain.trainer.metrics, built)
    check_monitors(checked.callbacks, built, plain.trainer.metrics)
    check_memory(plain.model, built, plain.trainer)
    return Experiment(
        model=plain.model,
        task=built,
        optimizer=OmegaConf.to_container(checked.optimizer),  # type: ignore[arg-type]
        hardware=plain.hardware,
        trainer=plain.trainer,
        probe=plain.probe,
        callbacks=OmegaConf.to_container(checked.callbacks),  # type: ignore[arg-type]
        seed=plain.seed,
        trust=trust,
        config=checked,
        given_task=task is not None,
    )


def _name(task: Task) -> str:
    """Return the `_target_` of a task's class: its public name, if rnnexp exports it."""
    kind = type(task)
    if getattr(tasks, kind.__name__, None) is kind:
        return f"{tasks.__name__}.{kind.__name__}"
    return f"{kind.__module__}.{kind.__qualname__}"


def _settings(task: Task) -> dict[str, Any]:
    if not dataclasses.is_dataclass(task):
        raise UserError(
            f"task: {type(task).__name__} is no dataclass, expected one whose fields are the "
            "settings of the task: decorate it with @dataclass(frozen=True)"
        )
    return dataclasses.asdict(task)


def build_task(node: DictConfig, trust: Sequence[str] | None = None) -> Task:
    """Build a task; the fields of its class are the schema of `node`.

    Args:
        node: Its `_target_` and settings.
        trust: Modules whose code may run; None for those that the command line trusts.

    Raises:
        UserError: For a `_target_` that is no task, and a setting that it does not take.
    """
    trust = trusted() if trust is None else trust
    settings = {key: value for key, value in node.items() if key != "_target_"}
    check_targets(OmegaConf.to_container(node), "task", "task", trust)
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
    except (OSError, ValueError) as error:
        raise UserError(f"task: {error}") from error
    assert isinstance(task, Task)
    return task


def _typed(config: DictConfig | Mapping[str, Any]) -> DictConfig:
    """Return a copy of `config` in which every value has the type of the schema."""
    with user_errors():
        # A typed node would bring its own, open, type along: only its values are merged.
        values = OmegaConf.to_container(config) if isinstance(config, DictConfig) else config
        typed = OmegaConf.merge(schema(), values)
        assert isinstance(typed, DictConfig)
        OmegaConf.resolve(typed)
    return typed


def _check_kinds(config: DictConfig, trust: Sequence[str]) -> None:
    values: Any = OmegaConf.to_container(config, enum_to_str=True)
    # Resolved values that still hold one were made of two parts, and would be resolved once more.
    refuse_interpolations(values, "the experiment")
    check_targets(values["model"]["layer"], "model.layer", "layer", trust)
    check_targets(values["optimizer"], "optimizer", "optimizer", trust)
    check_targets(values["task"], "task", "task", trust)
    for name, node in values["callbacks"].items():
        check_targets(node, f"callbacks.{name}", "callback", trust)


def _check_complete(config: DictConfig) -> None:
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
