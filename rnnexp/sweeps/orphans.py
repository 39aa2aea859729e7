"""A launcher's process that ends when the sweep that started it is gone, even killed."""

import os
import threading
import time
from functools import cache

_POLL = 0.5  # seconds between two checks of the parent


@cache
def exit_with_parent(parent: int) -> None:
    """From now on end this process once the process `parent` has ended.

    The job server of this process then interrupts its job, which saves, and ends as well.

    Args:
        parent: A process id. Nothing happens unless it is the parent of this process.
    """
    if os.getppid() == parent:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL)
    os._exit(1)
