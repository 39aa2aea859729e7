"""Which values of single units are kept for how many training steps: a bounded number of bytes."""

from collections.abc import Iterable

import xarray

SNAPSHOT, SEQUENCE, KEPT_TIME = "snapshot", "sequence", "kept_time"
"""The dimensions of what is kept: training steps, sequences and timesteps."""

MOST_SEQUENCES = 4
_SNAPSHOT_BYTES = 2**18  # of a layer; more sequences than one are kept only within it
_SEQUENCE_BYTES = 2**20  # of a layer; of a longer sequence, only some timesteps are kept
_BYTES = 2**23  # of all snapshots of a layer


def kept_steps(steps: Iterable[int], nbytes: int) -> set[int]:
    """Choose the training steps of which the values of every unit are kept.

    These are evenly many of the measured steps, with the first and the last, as many as fit in
    8 MiB: every step of a short training, every 2nd, 4th, 8th, … of a longer one. Since this
    follows from the steps alone, a training that was resumed keeps the same ones.

    Args:
        steps: The measured steps.
        nbytes: The bytes of one snapshot.
    """
    ordered, most = sorted(steps), max(4, _BYTES // max(nbytes, 1))
    stride = 1
    while -(-len(ordered) // stride) > most:
        stride *= 2
    return {*ordered[::stride], *ordered[-1:]}


def as_snapshots(values: xarray.Dataset) -> dict[str, xarray.DataArray]:
    """Choose sequences and timesteps of the values of every unit, and rename the dimensions.

    A snapshot has as many of the sequences as fit in 256 KiB, at least one. Of a sequence of more
    than 1 MiB, every k-th timestep is kept, with the last.

    Args:
        values: Arrays (step, batch, time, unit) in float32.
    """
    T, of_timestep = values.sizes["time"], 4 * len(values.data_vars) * values.sizes["unit"]
    sequences = max(1, min(MOST_SEQUENCES, _SNAPSHOT_BYTES // (of_timestep * T)))
    stride = -(-T // max(2, _SEQUENCE_BYTES // of_timestep))
    times = sorted({*range(0, T, stride), T - 1})
    chosen = values.isel(batch=slice(sequences), time=times)
    kept = chosen.rename(step=SNAPSHOT, batch=SEQUENCE, time=KEPT_TIME)
    kept = kept.assign_coords({SEQUENCE: range(1, kept.sizes[SEQUENCE] + 1)})
    return {str(name): array for name, array in kept.items()}
