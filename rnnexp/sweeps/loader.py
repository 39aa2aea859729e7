"""Hydra's composing of configs, for many jobs: what they share is composed once."""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from hydra import version
from hydra._internal.config_loader_impl import ConfigLoaderImpl, get_overrides_dirname
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.utils import setup_globals
from hydra.errors import ConfigCompositionException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf, open_dict, read_write
from omegaconf.errors import OmegaConfBaseException

from rnnexp.config.hydra_settings import check_settings
from rnnexp.config.schema import register
from rnnexp.sweeps.sweep import quoted

_NUMBER = "hydra.job.num="


class Loader(ConfigLoaderImpl):
    """What Hydra's own gives, in a hundredth of its time for jobs that choose the same YAML files.

    Hydra composes every job from its files. Here those are composed once for each choice of
    files; the values on the command line are then set by Hydra's own functions.
    """

    def __init__(self, places: ConfigSearchPath) -> None:
        register()
        version.setbase("1.3")
        setup_globals()  # Hydra's resolvers, as ${hydra:job.num}
        super().__init__(places)
        self._bases: dict[tuple[str, ...], DictConfig] = {}
        self._values: dict[tuple[str, ...], DictConfig] = {}

    def __getstate__(self) -> dict[str, Any]:
        # A launcher's process composes what it needs itself.
        return self.__dict__ | {"_bases": {}, "_values": {}}

    def master(self, overrides: Sequence[str]) -> DictConfig:
        """The config of a whole sweep, as its jobs inherit it; `hydra` in it is Hydra's own."""
        config = self.load_configuration("config", list(overrides), RunMode.MULTIRUN)
        OmegaConf.set_readonly(config.hydra, False)
        return config

    def values(self, master: DictConfig, job: Sequence[str], number: int = 0) -> dict[str, Any]:
        """What the job with these overrides and this number is to train; raises as Hydra does."""
        shared, rest = self._parted(master, job)
        if shared not in self._values:
            only = copy.deepcopy(self._base(shared))
            with read_write(only), open_dict(only):
                del only["hydra"]
            self._values[shared] = only
        config = copy.deepcopy(self._values[shared])
        base = self._base(shared)
        base.hydra.job.num = number
        with _composing(), _current(base):
            self._apply_overrides_to_config(rest, config)
            plain: Any = OmegaConf.to_container(config, resolve=True, enum_to_str=True)
        return dict(plain)

    def name(self, master: DictConfig, job: Sequence[str], number: int) -> str:
        """The folder, below the sweep's, of the job with these overrides and this number."""
        base = self._base(self._parted(master, job)[0])
        _tell_overrides(base, job)
        base.hydra.job.num = number
        with _composing(), _current(base):
            return str(base.hydra.sweep.subdir)

    def load_sweep_config(
        self, master_config: DictConfig, sweep_overrides: Sequence[str]
    ) -> DictConfig:
        """As Hydra's; a job that is told its number has it in all its values, whichever of the
        jobs that are launched together it is.
        """
        own = [override for override in sweep_overrides if not override.startswith(_NUMBER)]
        shared, rest = self._parted(master_config, own)
        config = copy.deepcopy(self._base(shared))
        with _composing():
            self._apply_overrides_to_config(rest, config)
        _tell_overrides(config, own)
        config.hydra.overrides.hydra += [o.input_line for o in rest if o.is_hydra_override()]
        OmegaConf.copy_cache(from_config=master_config, to_config=config)
        if len(own) < len(sweep_overrides):
            config.hydra.job.num = int(sweep_overrides[-1].removeprefix(_NUMBER))
            _settle(config)
        return config

    def _parted(
        self, master: DictConfig, job: Sequence[str]
    ) -> tuple[tuple[str, ...], list[Override]]:
        """The overrides by which files are chosen, and those that are then to be set."""
        parsed = [_parsed(override) for override in job]
        shared = [str(o.input_line) for o in parsed if not _is_value(o)]
        rest = [override for override in parsed if _is_value(override)]
        return (*hydra_overrides(master), *shared), rest

    def _base(self, shared: tuple[str, ...]) -> DictConfig:
        if shared not in self._bases:
            base = self.load_configuration("config", list(shared), RunMode.RUN)
            check_settings(base.hydra, shared)
            self._bases[shared] = base
        return self._bases[shared]


@contextmanager
def _composing() -> Iterator[None]:
    """Raise what OmegaConf says of a value as Hydra does."""
    try:
        yield
    except OmegaConfBaseException as error:
        raise ConfigCompositionException() from error


@contextmanager
def _current(config: DictConfig) -> Iterator[None]:
    """Let ${hydra:…} mean `config` inside the block."""
    told = HydraConfig.instance()
    before, told.cfg = told.cfg, config  # type: ignore[assignment]
    try:
        yield
    finally:
        told.cfg = before


def hydra_overrides(master: DictConfig) -> list[str]:
    """The overrides of Hydra's own values with which `master` was made, as they were given."""
    return _as_given(master.hydra.overrides.hydra)


def task_overrides(master: DictConfig) -> list[str]:
    """The other overrides with which `master` was made, as they were given."""
    return _as_given(master.hydra.overrides.task)


def _as_given(overrides: Any) -> list[str]:
    given: Any = OmegaConf.to_container(overrides)  # its ${…} are for each job to resolve
    return list(given)


def numbered(job: Sequence[str], number: int, name: str) -> list[str]:
    """The overrides of a job with its folder, which is launched beside others, not in its place."""
    return [*job, f"hydra.sweep.subdir={quoted(name)}", f"{_NUMBER}{number}"]


@cache
def _parsed(override: str) -> Override:
    return OverridesParser.create().parse_overrides([override])[0]


def _is_value(override: Override) -> bool:
    """Whether `override` sets a value once all files are chosen; a dot is in no group's name."""
    if override.package is not None:
        return False
    key = override.key_or_group
    return key in ("seed", "hydra.sweep.subdir") or (
        "." in key and not key.startswith(("hydra.", "hydra/")) and "/" not in key
    )


def _tell_overrides(config: DictConfig, job: Sequence[str]) -> None:
    """Let Hydra's part of `config` say with which overrides the job was made, as Hydra does."""
    task = [parsed for parsed in map(_parsed, job) if not parsed.is_hydra_override()]
    config.hydra.overrides.task = [override.input_line for override in task]
    config.hydra.job.override_dirname = get_overrides_dirname(
        overrides=task, **config.hydra.job.config.override_dirname
    )


def _settle(config: DictConfig) -> None:
    """Resolve what the job trains: its launcher is going to count it in another way."""
    with _composing(), _current(config), open_dict(config):
        for key in config:
            if key != "hydra" and not OmegaConf.is_missing(config, str(key)):
                node = config[key]
                if OmegaConf.is_config(node):
                    OmegaConf.resolve(node)
                else:
                    config[key] = node
