"""What was found in data of one's own, as lines for the beginning of a run."""

from collections.abc import Sequence

from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.examples import Inputs, Targets

_SHOWN = 6


def found_in_data(
    inputs: Inputs,
    input_names: Sequence[str],
    targets: Targets,
    target_names: Sequence[str],
    sizes: Sequence[int],
) -> list[str]:
    """Return what a model reads and predicts, and how many examples there are.

    Args:
        inputs: The kind of inputs.
        input_names: Their names; those that only count are not shown.
        targets: The kind of targets.
        target_names: Their names, likewise.
        sizes: The number of examples of each split.
    """
    tokens = inputs.kind == "tokens"
    read = _counted(inputs.size, "token" if tokens else "number", [] if tokens else input_names)
    kind = {"class": "class", "labels": "label", "numbers": "number"}[targets.kind]
    predicted = _counted(targets.size, kind, target_names)
    when = "at every timestep" if targets.per_timestep else "for each sequence"
    counts = ", ".join(f"{n} {split}" for n, split in zip(sizes, SPLITS, strict=True))
    return [f"reads {read}", f"predicts {predicted} {when}", f"examples: {counts}"]


def _counted(number: int, kind: str, names: Sequence[str]) -> str:
    plural = kind if number == 1 else kind + ("es" if kind.endswith("s") else "s")
    if not names or list(names) == [str(k) for k in range(number)]:
        return f"{number} {plural}"
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return f"{number} {plural} ({shown})"
