"""Hydra's config loader for many jobs: what the jobs share is composed once."""

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

from rnnexp.config.hydra_settings import check_hydra_settings
from rnnexp.config.schema import register
from rnnexp.sweeps.sweep import quoted

_NUMBER = "hydra.job.num="


class Loader(ConfigLoaderImpl):
    """Composes the configs of jobs as Hydra does, up to a hundred times faster.

    Hydra composes every job from its YAML files. This loader composes them once per choice of
    files; the values on the command line are then set by Hydra's own functions.

    Args:
        places: Where the YAML files are.
    """

    def __init__(self, places: ConfigSearchPath) -> None:
        register()
        version.setbase("1.3")
        setup_globals()  # Hydra's resolvers, such as ${hydra:job.num}
        super().__init__(places)
        self._bases: dict[tuple[str, ...], DictConfig] = {}
        self._values: dict[tuple[str, ...], DictConfig] = {}

    def __getstate__(self) -> dict[str, Any]:
        # A launcher's process composes for itself what it needs.
        return self.__dict__ | {"_bases": {}, "_values": {}}

    def master(self, overrides: Sequence[str]) -> DictConfig:
        """The config of a whole sweep, which its jobs inherit; its `hydra` is Hydra's own."""
        config = self.load_configuration("config", list(overrides), RunMode.MULTIRUN)
        OmegaConf.set_readonly(config.hydra, False)
        return config

    def values(self, master: DictConfig, job: Sequence[str], number: int = 0) -> dict[str, Any]:
        """Compose and resolve the config of one job, without Hydra's part.

        Args:
            master: The config of the whole sweep.
            job: The overrides of the job.
            number: The number of the job.

        Raises:
            HydraException: As Hydra raises it.
        """
        shared, rest = self._split(master, job)
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
        """The name of the folder of one job; the arguments are those of `values`."""
        base = self._base(self._split(master, job)[0])
        _set_job_overrides(base, job)
        base.hydra.job.num = number
        with _composing(), _current(base):
            return str(base.hydra.sweep.subdir)

    def load_sweep_config(
        self, master_config: DictConfig, sweep_overrides: Sequence[str]
    ) -> DictConfig:
        """Compose the config of one job, as Hydra's loader does.

        A number among the overrides, as `with_number` adds it, is the job's number in all its
        values, whatever its position among the jobs that are launched together.
        """
        own = [override for override in sweep_overrides if not override.startswith(_NUMBER)]
        shared, rest = self._split(master_config, own)
        config = copy.deepcopy(self._base(shared))
        with _composing():
            self._apply_overrides_to_config(rest, config)
        _set_job_overrides(config, own)
        config.hydra.overrides.hydra += [o.input_line for o in rest if o.is_hydra_override()]
        OmegaConf.copy_cache(from_config=master_config, to_config=config)
        if len(own) < len(sweep_overrides):
            config.hydra.job.num = int(sweep_overrides[-1].removeprefix(_NUMBER))
            _resolve(config)
        return config

    def _split(
        self, master: DictConfig, job: Sequence[str]
    ) -> tuple[tuple[str, ...], list[Override]]:
        """The overrides that choose files, and those that set values afterwards."""
        parsed = [_parsed(override) for override in job]
        shared = [str(o.input_line) for o in parsed if not _is_value(o)]
        rest = [override for override in parsed if _is_value(override)]
        return (*hydra_overrides(master), *shared), rest

    def _base(self, shared: tuple[str, ...]) -> DictConfig:
        if shared not in self._bases:
            base = self.load_configuration("config", list(shared), RunMode.RUN)
            check_hydra_settings(base.hydra, shared)
            self._bases[shared] = base
        return self._bases[shared]


@contextmanager
def _composing() -> Iterator[None]:
    """Raise errors of OmegaConf as Hydra does."""
    try:
        yield
    except OmegaConfBaseException as error:
        raise ConfigCompositionException() from error


@contextmanager
def _current(config: DictConfig) -> Iterator[None]:
    """Resolve ${hydra:…} by `config` inside the block."""
    current = HydraConfig.instance()
    before, current.cfg = current.cfg, config  # type: ignore[assignment]
    try:
        yield
    finally:
        current.cfg = before


def hydra_overrides(master: DictConfig) -> list[str]:
    """The overrides of Hydra's own values from which `master` was composed, as given."""
    return _as_given(master.hydra.overrides.hydra)


def task_overrides(master: DictConfig) -> list[str]:
    """The other overrides from which `master` was composed, as given."""
    return _as_given(master.hydra.overrides.task)


def _as_given(overrides: Any) -> list[str]:
    given: Any = OmegaConf.to_container(overrides)  # each job resolves its own ${…}
    return list(given)


def with_number(job: Sequence[str], number: int, name: str) -> list[str]:
    """The overrides of a job with its number and the name of its folder.

    A launcher that is given only some jobs of a sweep would count them from the first one.
    """
    return [*job, f"hydra.sweep.subdir={quoted(name)}", f"{_NUMBER}{number}"]


@cache
def _parsed(override: str) -> Override:
    return OverridesParser.create().parse_overrides([override])[0]


def _is_value(override: Override) -> bool:
    """Whether `override` sets a value and chooses no file; no group has a dot in its name."""
    if override.package is not None:
        return False
    key = override.key_or_group
    return key in ("seed", "hydra.sweep.subdir") or (
        "." in key and not key.startswith(("hydra.", "hydra/")) and "/" not in key
    )


def _set_job_overrides(config: DictConfig, job: Sequence[str]) -> None:
    """Record the overrides of the job in Hydra's part of `config`, as Hydra does."""
    task = [parsed for parsed in map(_parsed, job) if not parsed.is_hydra_override()]
    config.hydra.overrides.task = [override.input_line for override in task]
    config.hydra.job.override_dirname = get_overrides_dirname(
        overrides=task, **config.hydra.job.config.override_dirname
    )


def _resolve(config: DictConfig) -> None:
    """Resolve the values of the job now, before a launcher gives it another number."""
    with _composing(), _current(config), open_dict(config):
        for key in config:
            if key != "hydra" and not OmegaConf.is_missing(config, str(key)):
                node = config[key]
                if OmegaConf.is_config(node):
                    OmegaConf.resolve(node)
                else:
                    config[key] = node
