"""An experiment: a config that passed every check, handed on to whatever trains it."""

from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig

from rnnexp.config.schema import HardwareConf, ModelConf, ProbeConf, TrainerConf
from rnnexp.tasks.task import Task


@dataclass(frozen=True)
class Experiment:
    """A checked config as plain Python values. Only `check` builds one.

    It can be pickled, so that a process which is to train it need not check it again.

    Attributes:
        model: The recurrent layers.
        task: The task, built.
        optimizer: The `_target_` of the optimizer and its arguments.
        hardware: Devices, threads, memory and precision.
        trainer: When the training ends, and its batch size.
        probe: How many sequences callbacks measure.
        callbacks: For each name of one's choice, a `_target_` and its arguments.
        seed: 0 to 2**32 - 1.
        trust: The modules whose code the experiment may run.
        config: All of it, as it is saved in config.yaml.
        given_task: Whether the task is an object from Python, which no config can build again.
    """

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
    given_task: bool = False
