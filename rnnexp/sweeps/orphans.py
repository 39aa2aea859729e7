"""A launcher's process that ends when the sweep that has started it is gone, killed even."""

import os
import threading
import time
from functools import cache

_POLL = 0.5  # seconds between two looks at the parent


@cache
def end_with(parent: int) -> None:
    """From now on end this process when `parent` has ended, if that is what has started it.

    The job server of this process then sees that nobody waits for it any more, has its job save,
    and ends as well.
    """
    if os.getppid() == parent:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL)
    os._exit(1)
