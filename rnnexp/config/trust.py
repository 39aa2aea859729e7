"""Whose code may run: what the command line or RNNEXP_TRUST names, and never what a file names."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from omegaconf import DictConfig

from rnnexp.config.errors import UserError

VARIABLE = "RNNEXP_TRUST"
_KEY = "trust"
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def trusted() -> list[str]:
    """The modules that this process may run code of; processes that it starts inherit them.

    Raises UserError where RNNEXP_TRUST holds anything but names.
    """
    return _names(os.environ.get(VARIABLE, ""), VARIABLE)


@contextmanager
def granted(modules: Sequence[str]) -> Iterator[None]:
    """Trust `modules`, too, inside the block, in this process and those that it starts."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = ",".join(dict.fromkeys([*trusted(), *modules]))
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def covers(trust: Iterable[str], target: str) -> bool:
    """Whether `target` is one of the trusted names, or stands in one of them."""
    return any(target == name or target.startswith(f"{name}.") for name in trust)


def listed(text: str) -> list[str]:
    """The modules of `--trust a.b` or `--trust a,b`; raises UserError for what is no name."""
    return _names(text, "--trust")


def taken_out(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The modules that `trust=[…]` names among the `arguments` of a command, and the others.

    Raises UserError for anything but a list of names.
    """
    modules: list[str] = []
    rest = []
    for argument in arguments:
        if argument.lstrip("+").partition("=")[0].strip() == _KEY and "=" in argument:
            modules += _of_override(argument.lstrip("+"))
        else:
            rest.append(argument)
    return modules, rest


def say(config: DictConfig, modules: Sequence[str]) -> None:
    """Have `config` hold that whoever composed it trusts `modules`, as no file can say it."""
    config.trust = list(modules)
    config._set_flag(_flag(modules), True)


def said_to_compose(config: Any) -> list[str]:
    """The modules that `say` was given for `config`."""
    modules = list(config.get("trust") or ()) if isinstance(config, DictConfig) else []
    return modules if modules and config._get_node_flag(_flag(modules)) else []


def refuse_from_file(named: Any, trust: Sequence[str]) -> None:
    """Raise UserError where a config names modules to trust that the command line does not."""
    names = [named] if isinstance(named, str) else list(named or ())
    missing = [str(name) for name in names if not covers(trust, str(name))]
    if missing:
        told = ",".join(missing)[:100]
        raise UserError(
            f"trust: a file cannot grant it, got {told}; if you trust that code, say so on the "
            f"command line: {hint(told)}"
        )


def hint(module: str) -> str:
    """How to trust a module."""
    return f"'trust=[{module}]' with rnnexp train, --trust {module} with rnnexp resume"


def flags() -> str:
    """What to add to `rnnexp resume` so that it trusts what this process does."""
    return "".join(f" --trust {name}" for name in trusted())


def _flag(modules: Sequence[str]) -> str:
    return f"trust={','.join(map(str, modules))}"


def _of_override(argument: str) -> list[str]:
    try:
        override = OverridesParser.create().parse_override(argument)
        value = None if override.is_sweep_override() else override.value()
    except (HydraException, RecursionError, ValueError):
        value = None
    if value is None:
        raise UserError(
            f"{argument[:200]}: expected a list of modules, as in 'trust=[mycells,mytasks]'"
        )
    names = value if isinstance(value, list) else [value]
    return [found for name in names for found in _names(str(name), _KEY)]


def _names(text: str, where: str) -> list[str]:
    names = [part for part in re.split(r"[,:;\s]+", text) if part]
    for name in names:
        if not _NAME.fullmatch(name):
            raise UserError(
                f"{where}: expected names of modules, as in mypackage.cells, got {name[:100]!r}"
            )
    return names
