"""Measurements in fresh processes, in which nothing has been traced or compiled yet.

The processes are forked from one that has only imported TensorFlow. So the import, which takes
several seconds, is not measured and not repeated.
"""

import multiprocessing
import signal
from multiprocessing.connection import Connection

from rnnexp.bench.jobs import Cost
from rnnexp.config.errors import UserError


def cost_in_a_fresh_process(name: str, whose: str) -> Cost:
    """Runs `cost_of` of bench/ways.py in a new process.

    Args:
        name: The name of a job in `JOBS`.
        whose: The layers to use, "ours" or "keras".

    Returns:
        The cost of the job.

    Raises:
        UserError: The process ended without a result.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["rnnexp.bench.imported"])
    answer, there = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(there, name, whose), daemon=True)
    process.start()
    there.close()
    try:
        return answer.recv()
    except EOFError:
        process.join()
        raise UserError(
            f"bench: the process of the job {name} with the layers of {whose} ended with exit code "
            f"{process.exitcode} instead of a result; it may need more memory: close other programs"
        ) from None
    finally:
        process.join()


def _measure(there: Connection, name: str, whose: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # so that Ctrl-C prints no traceback
    from rnnexp.bench.imported import ready

    ready()
    from rnnexp.bench.ways import cost_of

    there.send(cost_of(name, whose))
