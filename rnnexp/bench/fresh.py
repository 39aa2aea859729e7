"""Measuring in fresh processes, in which nothing has been traced or compiled yet.

They are forked from one that has imported TensorFlow and done nothing with it, so that an import of
several seconds is neither measured nor waited for each time.
"""

import multiprocessing
import signal
from multiprocessing.connection import Connection

from rnnexp.bench.jobs import Cost
from rnnexp.config.errors import UserError


def cost_in_a_fresh_process(name: str, whose: str) -> Cost:
    """`cost_of` of bench/ways.py, in a process of its own.

    Raises UserError where that process ends without an answer.
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
            f"bench: the job {name} with the layers of {whose} ended without an answer (exit code "
            f"{process.exitcode}); there may be too little memory for it"
        ) from None
    finally:
        process.join()


def _measure(there: Connection, name: str, whose: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a person who stops it has no use for a traceback
    from rnnexp.bench.imported import ready

    ready()
    from rnnexp.bench.ways import cost_of

    there.send(cost_of(name, whose))
