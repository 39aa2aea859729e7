"""The types behind conf/: what a value may be, whichever YAML or command line it comes from."""

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from hydra.core.config_store import ConfigStore
from omegaconf import MISSING, OmegaConf

from rnnexp.config.yaml_files import look_before_reading

Flag = Any
"""True or false, which values.py holds it to; for a bool OmegaConf takes any number."""


class Device(Enum):
    """Where the network is computed."""

    cpu = "cpu"
    gpu = "gpu"


class Precision(Enum):
    """Keras's dtype policies: mixed ones keep the weights in float32.

    Weights of 16 bits are left out: a small update is lost in them, and Adam's epsilon is 0.
    """

    float32 = "float32"
    float64 = "float64"
    mixed_bfloat16 = "mixed_bfloat16"
    mixed_float16 = "mixed_float16"


@dataclass
class ModelConf:
    """`depth` recurrent layers of `units` units; the output layer follows from the task."""

    units: int = MISSING
    depth: int = MISSING
    layer: dict[str, Any] = field(default_factory=dict)


@dataclass
class OptimizerConf:
    """What every optimizer has; further arguments are the target's own."""

    _target_: str = MISSING
    learning_rate: float = MISSING
    clipnorm: float | None = None
    global_clipnorm: float | None = None


@dataclass
class HardwareConf:
    """`threads` null means every core; `xla` compiles the training step, where layers let it.

    devices: over how many of them a batch is divided; null means every one (of CPUs: one).
    memory_limit: MiB of each GPU that a run may take; null: all, and an equal part
        for jobs of a sweep that run at once.
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
    """Training ends after `epochs` or `steps`, whichever comes first; null sets no such end.

    checkpoint_seconds: at least these lie between two checkpoints to resume from.
    """

    epochs: int | None = None
    steps: int | None = None
    batch_size: int = MISSING
    checkpoint_seconds: float = 30.0


@dataclass
class ProbeConf:
    """The batch that callbacks look at: the first `sequences` of the validation split."""

    sequences: int = MISSING


@dataclass
class Config:
    """The whole experiment; `task` is typed by the task's own dataclass (see check.py).

    callbacks: by a name of one's choice, a `_target_` with its arguments.
    """

    model: ModelConf = field(default_factory=ModelConf)
    task: dict[str, Any] = field(default_factory=dict)
    optimizer: OptimizerConf = field(default_factory=OptimizerConf)
    hardware: HardwareConf = field(default_factory=HardwareConf)
    trainer: TrainerConf = field(default_factory=TrainerConf)
    probe: ProbeConf = field(default_factory=ProbeConf)
    callbacks: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    outputs: Any = "outputs"
    trust: list[str] = field(default_factory=list)


# Their further keys are arguments of a _target_, so its signature is their schema, not this file.
OPEN = ("model.layer", "task", "optimizer", "callbacks")


@cache
def schema() -> Any:
    """An empty, typed config: merge anything into it and wrong keys and types are refused."""
    config = OmegaConf.structured(Config)
    for key in OPEN:
        OmegaConf.set_struct(OmegaConf.select(config, key), False)
    return config


def slug(overrides: list[str]) -> str:
    """A folder name that tells a run from its neighbours: `model=lstm seed=3` is `lstm_seed=3`."""
    parts = []
    for override in overrides:
        key, _, value = override.lstrip("+~").partition("=")
        if key in ("outputs", "trust") or (override.startswith("~") and "." in key):
            continue
        group = "." not in key and key != "seed"
        parts.append(value if group else f"{key.rpartition('.')[2]}={value}")
    return re.sub(r"[^\w.=+-]+", "-", "_".join(parts))[:120] or "default"


def register() -> None:
    """Make the schema and the resolvers of conf/config.yaml known to Hydra, and files harmless."""
    look_before_reading()
    ConfigStore.instance().store(name="schema", node=schema())
    OmegaConf.register_new_resolver("slug", slug, replace=True)
