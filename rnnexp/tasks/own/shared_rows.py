"""The check that no sequence of one split is in another."""

from collections.abc import Mapping

import numpy as np

from rnnexp.tasks.own.raw import Raw


def refuse_shared_rows(raws: Mapping[str, Raw], override: str) -> None:
    """Check that no two given splits have a sequence in common.

    Args:
        raws: The arrays of each split.
        override: The setting that allows it, for the message.

    Raises:
        ValueError: Two splits share a row.
    """
    seen: dict[bytes, tuple[Raw, int]] = {}
    for raw in raws.values():
        own = _keys(raw)
        shared = [(row, *seen[key]) for row, key in enumerate(own) if key in seen]
        if shared:
            row, other, other_row = shared[0]
            raise ValueError(
                f"{raw.called('x')}[{row}] is the same sequence as "
                f"{other.called('x')}[{other_row}] ({len(shared)} such rows), expected splits "
                f"without a common sequence: remove these rows from one of them, or set {override}"
            )
        seen.update((key, (raw, row)) for row, key in enumerate(own))


def _keys(raw: Raw) -> list[bytes]:
    """Return what makes the sequence of each row the same as another."""
    x = raw.x.astype(np.int64 if raw.tokens else np.float32)
    return [sequence[steps].tobytes() for sequence, steps in zip(x, raw.real, strict=True)]
