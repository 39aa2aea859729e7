"""What each of several jobs gets of the machine that they share: threads, and memory of a GPU."""

import subprocess
from collections.abc import Mapping
from typing import Any

from rnnexp.config.cores import cores

# MiB that each process takes of a GPU for the driver and its libraries, beside its limit; assumed.
_BESIDE = 600
_PATIENCE = 30  # seconds for the driver to answer


def resources_per_job(hardware: Mapping[str, Any], at_once: int) -> dict[str, int]:
    """The values of `hardware`, a config, that are null and that `at_once` jobs divide.

    threads: 1 or more; memory_limit: MiB of a GPU, where there is one and its driver tells of it.
    """
    if at_once < 2:
        return {}
    found = {}
    if hardware["threads"] is None:
        found["threads"] = max(1, cores() // at_once)
    memory = gpu_memory() if hardware["device"] == "gpu" else None
    if hardware["memory_limit"] is None and memory:
        found["memory_limit"] = max(1, memory // at_once - _BESIDE)
    return found


def gpu_memory() -> int | None:
    """MiB of the smallest GPU, as its driver tells; None where none does.

    Not as TensorFlow tells: a process that has asked it can fork no jobs any more.
    """
    asked = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(
            asked, capture_output=True, text=True, check=True, timeout=_PATIENCE
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return min((int(number) for number in told.split() if number.isdecimal()), default=None)
