"""The threads and the GPU memory that each of several jobs on one machine gets."""

import subprocess
from collections.abc import Mapping
from typing import Any

from rnnexp.config.cores import cores

# MiB of a GPU that a process takes for the driver and its libraries beside its limit; assumed.
_OVERHEAD = 600
_TIMEOUT = 30  # seconds for the driver to answer


def resources_per_job(hardware: Mapping[str, Any], at_once: int) -> dict[str, int]:
    """The equal share of one job for every resource that `hardware` leaves open.

    Args:
        hardware: The values of the group `hardware`; null values are divided.
        at_once: How many jobs share the machine.

    Returns:
        `threads`, 1 or more, and `memory_limit`, MiB of a GPU, each only where it is null in
        `hardware`. `memory_limit` needs a GPU whose driver reports its memory. One job alone gets
        no limits.
    """
    if at_once < 2:
        return {}
    shares = {}
    if hardware["threads"] is None:
        shares["threads"] = max(1, cores() // at_once)
    memory = gpu_memory() if hardware["device"] == "gpu" else None
    if hardware["memory_limit"] is None and memory:
        shares["memory_limit"] = max(1, memory // at_once - _OVERHEAD)
    return shares


def gpu_memory() -> int | None:
    """The memory of the smallest GPU in MiB, or None where no driver reports any.

    TensorFlow is not asked: a process that has initialised its GPUs can no longer fork jobs.
    """
    command = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        output = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=_TIMEOUT
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return min((int(number) for number in output.split() if number.isdecimal()), default=None)
