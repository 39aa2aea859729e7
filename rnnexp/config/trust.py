"""Which modules may run code: those that the command line or RNNEXP_TRUST names.

A file can never grant that.
"""

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
    """Return the modules whose code this process, and those that it starts, may run.

    Raises:
        UserError: If RNNEXP_TRUST holds anything but names of modules.
    """
    return _names(os.environ.get(VARIABLE, ""), VARIABLE)


@contextmanager
def granted(modules: Sequence[str]) -> Iterator[None]:
    """Trust `modules` too inside the block, in this process and those that it starts."""
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
    """Return whether `target` is one of the trusted names, or is inside one of them."""
    return any(target == name or target.startswith(f"{name}.") for name in trust)


def parse_modules(text: str) -> list[str]:
    """Return the modules of the flag `--trust a.b,c`.

    Raises:
        UserError: If `text` holds anything but names of modules.
    """
    return _names(text, "--trust")


def split_trust(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the modules of `trust=[…]` among the arguments of a command, and the other arguments.

    Raises:
        UserError: If `trust` is given anything but a list of names.
    """
    modules: list[str] = []
    rest = []
    for argument in arguments:
        if argument.lstrip("+").partition("=")[0].strip() == _KEY and "=" in argument:
            modules += _modules_of_override(argument.lstrip("+"))
        else:
            rest.append(argument)
    return modules, rest


def attach_trust(config: DictConfig, modules: Sequence[str]) -> None:
    """Store in `config` that its caller trusts `modules`, in a way that no file can imitate."""
    config.trust = list(modules)
    config._set_flag(_flag_name(modules), True)


def attached_trust(config: Any) -> list[str]:
    """Return the modules that `attach_trust` was given for `config`."""
    modules = list(config.get("trust") or ()) if isinstance(config, DictConfig) else []
    return modules if modules and config._get_node_flag(_flag_name(modules)) else []


def refuse_trust_from_file(named: Any, trust: Sequence[str]) -> None:
    """Refuse the `trust` of a config where it names more than the command line.

    Args:
        named: The value of `trust` in the config.
        trust: The modules that are trusted already.

    Raises:
        UserError: If a module is named that is not among `trust`.
    """
    names = [named] if isinstance(named, str) else list(named or ())
    missing = [str(name) for name in names if not covers(trust, str(name))]
    if missing:
        modules = ",".join(missing)[:100]
        raise UserError(
            f"trust: a file cannot grant it, got {modules}; if you trust that code, say so on the "
            f"command line: {trust_hint(modules)}"
        )


def trust_hint(module: str) -> str:
    """Return how to trust a module, as part of an error message."""
    return f"'trust=[{module}]' with rnnexp train, --trust {module} with rnnexp resume"


def trust_flags() -> str:
    """Return what to add to `rnnexp resume`, so that it trusts the same as this process."""
    return "".join(f" --trust {name}" for name in trusted())


def _flag_name(modules: Sequence[str]) -> str:
    return f"trust={','.join(map(str, modules))}"


def _modules_of_override(argument: str) -> list[str]:
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
    return [module for name in names for module in _names(str(name), _KEY)]


def _names(text: str, where: str) -> list[str]:
    names = [part for part in re.split(r"[,:;\s]+", text) if part]
    for name in names:
        if not _NAME.fullmatch(name):
            raise UserError(
                f"{where}: expected names of modules, as in mypackage.cells, got {name[:100]!r}"
            )
    return names
