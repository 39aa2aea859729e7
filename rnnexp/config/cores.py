"""How many cores this process may use."""

import os


def cores() -> int:
    """Return the number of cores on which the operating system lets this process run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
