"""The table of invalid inputs by kind. `python -m tests.bad_inputs.table` prints it."""

import tempfile
from pathlib import Path

from rnnexp.console.startup import import_tensorflow

import_tensorflow()

from tests.bad_inputs import built, files, names, tasks, values  # noqa: E402
from tests.bad_inputs.inputs import ended_as_one_line  # noqa: E402

KINDS = {
    "a value of the wrong type": values.types,
    "a value out of its range": values.ranges,
    "an argument of an optimizer": values.optimizers,
    "an argument of a layer": values.layers,
    "an argument of a callback": values.callbacks,
    "a size too large for any machine": values.sizes,
    "an unknown key": names.keys,
    "an unknown option or group": names.options,
    "a command line with a syntax error": names.syntax,
    "a `_target_` of the wrong kind": names.targets,
    "an unknown command or flag": names.commands,
    "a damaged `config.yaml`": files.configs,
    "a damaged `summary.json`": files.summaries,
    "a damaged `checkpoint.npz`": files.checkpoints,
    "a damaged `metrics.csv`": files.tables,
    "a custom task": tasks.tasks,
    "an error found only when the network is built": built.built,
}


def rows() -> list[str]:
    """The lines of the table: the kind, how many, how many ended as one line."""
    lines, asked, ended = ["| kind | inputs | ended as one line |", "|---|---|---|"], 0, 0
    for kind, inputs in KINDS.items():
        with tempfile.TemporaryDirectory() as folder:
            found = [ended_as_one_line(bad, Path(folder)) for bad in inputs()]
        lines.append(f"| {kind} | {len(found)} | {found.count(None)} |")
        asked, ended = asked + len(found), ended + found.count(None)
    return [*lines, f"| all | {asked} | {ended} |"]


if __name__ == "__main__":
    print("\n".join(rows()))
