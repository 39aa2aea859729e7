"""The types of every value in a config, whichever YAML or command line it comes from."""

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from hydra.core.config_store import ConfigStore
from omegaconf import MISSING, OmegaConf

from rnnexp.config.yaml_files import use_checked_source

Flag = Any
"""True or false; checked in values.py, because for a bool OmegaConf takes any number."""


class Device(Enum):
    """The kind of device that trains the network."""

    cpu = "cpu"
    gpu = "gpu"


class Precision(Enum):
    """Keras's dtype policies; mixed ones keep the weights in float32.

    Weights of 16 bits are left out: they lose small updates, and round Adam's epsilon to 0.
    """

    float32 = "float32"
    float64 = "float64"
    mixed_bfloat16 = "mixed_bfloat16"
    mixed_float16 = "mixed_float16"


class Norm(Enum):
    """The normalization of Keras between recurrent layers."""

    none = "none"
    layer = "layer"
    rms = "rms"
    batch = "batch"


@dataclass
class ModelConf:
    """`depth` recurrent layers. The input and output layers follow from the task.

    Attributes:
        units: The number of units M of each layer.
        parameters: How many trainable numbers the model has; M follows. null: `units` decides.
        state: How many numbers the recurrent layers carry from one timestep to the next; M
            follows. null: `units` decides.
        depth: The number of recurrent layers.
        layer: A `_target_` and its arguments.
        embedding: The size of the vectors that stand for tokens. null: one-hot vectors, or, from
            129 different tokens on, vectors of M numbers.
        bidirectional: Whether each layer also reads the sequence backwards.
        residual: Whether the input of each layer but the first is added to its output.
        norm: A normalization after each recurrent layer.
        dropout: The share of numbers that are dropped before each recurrent layer but the first,
            and before the output layer.
    """

    units: int = MISSING
    parameters: int | None = None
    state: int | None = None
    depth: int = MISSING
    layer: dict[str, Any] = field(default_factory=dict)
    embedding: int | None = None
    bidirectional: Flag = False
    residual: Flag = False
    norm: Norm = Norm.none
    dropout: float = 0.0


@dataclass
class OptimizerConf:
    """The arguments of every optimizer; others are those of the `_target_`."""

    _target_: str = MISSING
    learning_rate: Any = MISSING  # a number, or the `_target_` of a schedule
    clipnorm: float | None = None
    global_clipnorm: float | None = None


@dataclass
class HardwareConf:
    """What a run may use of the machine.

    Attributes:
        device: CPU or GPU.
        devices: Over how many of them a batch is divided. null: every GPU, or one CPU.
        threads: For TensorFlow. null: as many as there are cores.
        memory_growth: Whether TensorFlow takes memory of a GPU only as it needs it.
        memory_limit: MiB of each GPU that a run may take. null: all, or an equal part for jobs of
            a sweep that run at once.
        precision: The dtype policy.
        xla: Whether the training step is compiled, where its layers allow that.
        deterministic: Whether TensorFlow uses deterministic algorithms only.
    """

    device: Device = MISSING
    devices: int | None = 1
    threads: int | None = None
    memory_growth: Flag = False
    memory_limit: int | None = None
    precision: Precision = Precision.float32
    xla: Flag = False
    deterministic: Flag = False


@dataclass
class TrainerConf:
    """When the training ends: after `epochs` or `steps`, whichever comes first.

    Attributes:
        epochs: Passes over the training examples. null: no such end.
        steps: Updates by the optimizer. null: no such end.
        batch_size: Examples in a step.
        log_every: The number of steps over which a point of the loss curve is a mean.
        validate_every: The number of steps between two validations. null: an epoch.
        stop_when_solved: Whether training ends when the validation split is solved.
        metrics: Names of further Keras metrics, computed for training and validation.
        checkpoint_seconds: The shortest time between two checkpoints to resume from.
    """

    epochs: int | None = None
    steps: int | None = None
    batch_size: int = MISSING
    log_every: int = 20
    validate_every: int | None = 100
    stop_when_solved: Flag = False
    metrics: list[str] = field(default_factory=list)
    checkpoint_seconds: float = 30.0


@dataclass
class ProbeConf:
    """The batch that callbacks measure: the first `sequences` of the validation split."""

    sequences: int = MISSING


@dataclass
class Config:
    """The whole experiment. The fields of the task's own class are the schema of `task`.

    Attributes:
        callbacks: For each name of one's choice, a `_target_` and its arguments.
        paper: What a file in conf/paper reproduces; `papers/rows.py` reads it. A run trains the
            same with and without it.
    """

    model: ModelConf = field(default_factory=ModelConf)
    task: dict[str, Any] = field(default_factory=dict)
    optimizer: OptimizerConf = field(default_factory=OptimizerConf)
    hardware: HardwareConf = field(default_factory=HardwareConf)
    trainer: TrainerConf = field(default_factory=TrainerConf)
    probe: ProbeConf = field(default_factory=ProbeConf)
    callbacks: dict[str, Any] = field(default_factory=dict)
    paper: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    outputs: Any = "outputs"
    trust: list[str] = field(default_factory=list)


# Other keys of these are arguments of a _target_, so its signature is their schema; the schema of
# `paper` is in rnnexp/papers.
OPEN = ("model.layer", "task", "optimizer", "callbacks", "paper")


@cache
def schema() -> Any:
    """Return an empty typed config, into which only known keys and right types can be merged."""
    config = OmegaConf.structured(Config)
    for key in OPEN:
        OmegaConf.set_struct(OmegaConf.select(config, key), False)
    return config


def slug(overrides: list[str]) -> str:
    """Return the name of a run's folder: `model=lstm seed=3` becomes `lstm_seed=3`."""
    parts = []
    for override in overrides:
        key, _, value = override.lstrip("+~").partition("=")
        if key in ("outputs", "trust") or (override.startswith("~") and "." in key):
            continue
        group = "." not in key and key != "seed"
        parts.append(value if group else f"{key.rpartition('.')[2]}={value}")
    return re.sub(r"[^\w.=+-]+", "-", "_".join(parts))[:120] or "default"


def register() -> None:
    """Register the schema, the resolvers of conf/config.yaml and the checks of files with Hydra."""
    use_checked_source()
    ConfigStore.instance().store(name="schema", node=schema())
    OmegaConf.register_new_resolver("slug", slug, replace=True)
