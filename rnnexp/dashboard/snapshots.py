"""Which values of single units are kept for how many training steps: a bounded number of bytes."""

from collections.abc import Iterable, Mapping

import xarray

SNAPSHOT, SEQUENCE, KEPT_TIME = "snapshot", "sequence", "kept_time"
"""The dimensions of what is kept: training steps, sequences and timesteps."""

_SEQUENCES = 4  # at most
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


def number_of_sequences(sizes: Mapping[str, int], variables: int) -> int:
    """How many sequences of a batch are kept.

    Args:
        sizes: The sizes of the dimensions batch, time and unit.
        variables: The number of float32 arrays (B, T, M) that are kept.
    """
    of_sequence = 4 * variables * sizes["time"] * sizes["unit"]
    return max(1, min(sizes["batch"], _SEQUENCES, _SNAPSHOT_BYTES // of_sequence))


def as_snapshots(values: xarray.Dataset) -> dict[str, xarray.DataArray]:
    """Rename the dimensions (step, batch, time, unit) of what is kept, and thin long sequences.

    Every k-th timestep is kept, with the last.

    Args:
        values: The values of every unit of the sequences that are kept.
    """
    T = values.sizes["time"]
    of_timestep = 4 * len(values.data_vars) * values.sizes["unit"]
    stride = -(-T // max(2, _SEQUENCE_BYTES // of_timestep))
    times = sorted({*range(0, T, stride), T - 1})
    kept = values.isel(time=times).rename(step=SNAPSHOT, batch=SEQUENCE, time=KEPT_TIME)
    kept = kept.assign_coords({SEQUENCE: range(1, kept.sizes[SEQUENCE] + 1)})
    return {str(name): array for name, array in kept.items()}
