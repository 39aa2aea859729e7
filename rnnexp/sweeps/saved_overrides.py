"""The overrides in a sweep.json that may be used again when the sweep is continued.

The file may come from a stranger. It may say what is trained and by which of the known launchers,
but nothing that runs code or reads the environment.
"""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from rnnexp.config.errors import UserError
from rnnexp.config.hydra_settings import is_experiment_key, is_harmless_setting
from rnnexp.config.trust import trust_hint

_CHOICES = {
    "hydra/launcher": {"basic", "joblib", "ray", "submitit_local", "submitit_slurm"},
    "hydra/sweeper": {"basic", "optuna"},
    "hydra/sweeper/sampler": {"cmaes", "grid", "motpe", "nsgaii", "random", "tpe"},
}
# Where jobs run and what each of them gets: single words, safe in any shell or script.
_WORD_KEYS = re.compile(
    r"hydra\.launcher\.(account|constraint|exclude|gres|mem_per_cpu|mem_per_gpu|name|partition|"
    r"prefer|qos|require)|hydra\.sweeper\.study_name"
)
_WORD = re.compile(r"[\w.,:@%-]*")
_STORAGE = re.compile(r"sqlite:///\w[\w-]*\.(db|sqlite3?)")  # in the current folder only


def check_saved_overrides(overrides: Sequence[str], folder: Path) -> None:
    """Check that the sweep.json in `folder` may ask for `overrides`.

    Raises:
        UserError: One of them is not allowed in a file. The message names it.
    """
    parser = OverridesParser.create()
    for text in overrides:
        try:
            override = parser.parse_override(text)
        except (HydraException, RecursionError, ValueError):
            override = None
        if override is None or not _is_allowed(override):
            raise UserError(f"{folder}: its sweep.json {_refusal(text, override, folder)}")


def _is_allowed(override: Override) -> bool:
    key, package, text = override.key_or_group, override.package, str(override.input_line)
    if key == "hydra.sweep.dir":  # replaced by the folder of the sweep
        return True
    if package is not None or "$" in text:  # as in model@hydra.callbacks, ${oc.env:PASSWORD}
        return False
    if is_experiment_key(key):
        return True
    if override.is_delete() or override.is_sweep_override():
        return key.startswith("hydra.sweeper.params.") and is_harmless_setting(key[6:], text)
    value = override.value()
    if key in _CHOICES:
        return value in _CHOICES[key]
    return _is_setting(key, value)


def _is_setting(key: str, value: Any) -> bool:
    if not key.startswith("hydra."):
        return False
    text = str(value)
    return (
        is_harmless_setting(key.removeprefix("hydra."), value)
        or (_WORD_KEYS.fullmatch(key) is not None and _WORD.fullmatch(text) is not None)
        or (key == "hydra.sweeper.storage" and _STORAGE.fullmatch(text) is not None)
    )


def _refusal(text: str, override: Override | None, folder: Path) -> str:
    if override is not None and override.key_or_group == "trust":
        module = re.sub(r"[^\w.,]", "", text.partition("=")[2]) or "MODULE"
        return f"asks for {text[:200]}, but a file cannot grant trust: {trust_hint(module)}"
    return (
        f"asks for {text[:200]}, which is not allowed in a file; if you trust it, give the "
        f"original command again: rnnexp train -m … hydra.sweep.dir={shlex.quote(str(folder))}"
    )
