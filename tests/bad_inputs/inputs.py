"""A bad input: what is asked, and how it is asked inside this process."""

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from omegaconf import OmegaConf

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.config.hydra_errors import user_errors


class BadInput(NamedTuple):
    """A mistake. name: as a report shows it. ask: makes it, in an empty current folder."""

    name: str
    ask: Callable[[Path], Any]


def ended_as_one_line(bad: BadInput, folder: Path) -> str | None:
    """Why `bad` did not end as one line that leaves `folder` as it was; None where it did."""
    before = sorted(folder.rglob("*"))
    try:
        bad.ask(folder)
    except UserError as error:
        line = str(error)
        if "\n" in line or not line.strip():
            return f"{bad.name}: not one line: {line!r}"
        if len(line) > 1000:
            return f"{bad.name}: a line of {len(line)} characters"
    except BaseException as error:
        return f"{bad.name}: {type(error).__name__}: {error}"
    else:
        return f"{bad.name}: was accepted"
    left = sorted(folder.rglob("*"))
    return None if left == before else f"{bad.name}: left {left}"


def overrides(*said: str) -> BadInput:
    """A command line of `rnnexp train`."""
    return BadInput(" ".join(said), lambda _: check(compose(list(said))))


def value(key: str, given: Any, *group: str) -> BadInput:
    """One value of a config, as a YAML file or the command line would give it."""

    def ask(_):
        config = copy.deepcopy(_composed(*group))
        with user_errors():
            OmegaConf.update(config, key, given, force_add=True)
        check(config)

    return BadInput(f"{' '.join(group)} {key}={given!r}"[:200], ask)


@cache
def _composed(*group: str) -> Any:
    return compose(list(group))
