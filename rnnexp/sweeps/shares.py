"""What each of several jobs gets of the machine that they share: threads, and memory of a GPU."""

import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from rnnexp.experiment.cores import cores

# Of a GPU's memory; the rest goes to what every process takes for the driver and its libraries.
_USABLE = 0.9


def shares(hardware: Mapping[str, Any], at_once: int) -> dict[str, int]:
    """The values of `hardware` that are null and that `at_once` jobs beside each other divide."""
    if at_once < 2:
        return {}
    found = {}
    if hardware["threads"] is None:
        found["threads"] = max(1, cores() // at_once)
    memory = gpu_memory() if hardware["device"] == "gpu" else None
    if hardware["memory_limit"] is None and memory:
        found["memory_limit"] = max(1, int(_USABLE * memory / at_once))
    return found


def gpu_memory() -> int | None:
    """MiB of the smallest GPU, as its driver tells; None where none does.

    Not as TensorFlow tells: a process that has asked it can fork no jobs any more.
    """
    command = shutil.which("nvidia-smi")
    if command is None:
        return None
    asked = [command, "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    return min((int(number) for number in told if number.isdecimal()), default=None)
