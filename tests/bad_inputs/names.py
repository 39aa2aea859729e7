"""Bad names: of commands, flags, groups, options, keys and targets; and bad syntax."""

from collections.abc import Iterator

from rnnexp.cli import function_of
from rnnexp.commands.resume import resume
from rnnexp.commands.train import train
from rnnexp.config.yaml_files import conf_folder
from tests.bad_inputs.inputs import BadInput, overrides, value

KEYS = [
    "model.units",
    "model.depth",
    "trainer.epochs",
    "trainer.steps",
    "trainer.batch_size",
    "trainer.checkpoint_seconds",
    "hardware.device",
    "hardware.devices",
    "hardware.threads",
    "hardware.memory_growth",
    "hardware.memory_limit",
    "hardware.precision",
    "hardware.xla",
    "hardware.deterministic",
    "probe.sequences",
    "task.order",
    "task.permute",
]
SYNTAX = ["gru", "model", "=3", "model.units", "a=[1", "a={b", "model.units=3,4", "model=gru,lstm"]
SYNTAX += ["~nothing", "model.units=${nowhere}", "model.units=${", "+seed.a=1", "'", "a='b", "(=)"]
TARGETS = ["os.system", "Digits", "", "rnnexp", "builtins.eval", "subprocess.run", "..", "a b"]
TARGETS += [
    "rnnexp.tasks.Nothing",
    "keras.layers.Dense.call",
    "keras.nowhere.Layer",
    "rnnexp.cli.main",
]


def keys() -> Iterator[BadInput]:
    """A key that nobody reads."""
    for key in KEYS:
        yield value(key[:-1], 1)
        yield value(f"{key}s_", 1)
    for key in ("speed", "models", "sead", "output", "hardware.cpu.device"):
        yield value(key, 1)


def options() -> Iterator[BadInput]:
    """An option that no group has, and a group that there is not."""
    for group in sorted(path for path in conf_folder().iterdir() if path.is_dir()):
        for name in ("nothing", "../config", ""):
            yield overrides(f"{group.name}={name}")
        yield overrides(f"{group.name}s=gru")


def syntax() -> Iterator[BadInput]:
    """What is no override, or not one for a single run."""
    for said in SYNTAX:
        yield overrides(said)


def targets() -> Iterator[BadInput]:
    """A `_target_` that is not one of its place."""
    for target in TARGETS:
        for place in ("model.layer", "optimizer", "task", "callbacks.gate_statistics"):
            yield value(f"{place}._target_", target)


def commands() -> Iterator[BadInput]:
    """A command or a flag that there is not."""
    for name in ("trian", "resum", "reports", "", "--helpp", "train2", "é", "\udcff"):
        yield BadInput(f"rnnexp {name!r}", lambda _, name=name: function_of(name))
    for said in (["--foo"], ["--multirum"], ["seed=0", "-m", "model=gru"], ["hydra.mode=MULTIRUN"]):
        yield BadInput(f"rnnexp train {said}", lambda _, said=said: train(said))
    for said in ([], ["--agian", "x"], ["x", "y"], ["nowhere"], ["/dev/null"], [""], ["."]):
        yield BadInput(f"rnnexp resume {said}", lambda _, said=said: resume(said))
