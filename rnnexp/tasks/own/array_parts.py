"""The arrays of a .npz file, sorted into splits."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from rnnexp.files.archives import read_archive
from rnnexp.files.reading import Unreadable
from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.own.concatenated import in_rows
from rnnexp.tasks.own.raw import Raw, checked, lengths_of_mask

NAMES = ("x", "y", "lengths", "mask", "weights")


def parts_of_archive(path: str) -> dict[str, Raw]:
    """Return the checked arrays of "train", and of "validation" and "test" if they are there.

    Args:
        path: A .npz file.

    Raises:
        ValueError: It cannot be read, lacks an array, has one with an unknown name, or an array
            does not fit.
    """
    try:
        arrays = read_archive(Path(path))
    except Unreadable as error:
        raise ValueError(f"it cannot be read: {error}") from error
    return parts(arrays)


def parts(arrays: Mapping[str, np.ndarray], called: Callable[[str], str] = str) -> dict[str, Raw]:
    """Return the checked arrays of each split that `arrays` has.

    Args:
        arrays: By the names x, y, lengths, mask and weights. With the endings _validation and
            _test they belong to that split. With _train or without an ending, they belong to
            training.
        called: Gives the name of an array to people.

    Raises:
        ValueError: See `parts_of_archive`.
    """
    plain = {name.removesuffix("_train"): array for name, array in arrays.items()}
    endings = {split: "" if split == "train" else f"_{split}" for split in SPLITS}
    known = [f"{name}{ending}" for ending in endings.values() for name in NAMES]
    for name in plain:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            meant = f"did you mean {close[0]}? " if close else ""
            raise ValueError(f"an array is called {name}, {meant}expected {', '.join(known[:5])}")
    found = {}
    for split, ending in endings.items():
        own = {name: plain[f"{name}{ending}"] for name in NAMES if f"{name}{ending}" in plain}
        if own or split == "train":
            found[split] = _part(own, _with_ending(called, ending))
    return found


def _with_ending(called: Callable[[str], str], ending: str) -> Callable[[str], str]:
    return lambda name: called(f"{name}{ending}")


def _part(arrays: Mapping[str, np.ndarray], called: Callable[[str], str]) -> Raw:
    for name in ("x", "y"):
        if name not in arrays:
            there = ", ".join(map(called, arrays)) or "none"
            raise ValueError(
                f"there is no array {called(name)} (there are: {there}), expected x and y: write "
                f"the file with numpy.savez(path, {called('x')}=…, {called('y')}=…)"
            )
    x, y, lengths, weights = arrays["x"], arrays["y"], arrays.get("lengths"), arrays.get("weights")
    if "mask" in arrays:
        if lengths is not None:
            raise ValueError(
                f"there are {called('lengths')} and {called('mask')}, expected one of them"
            )
        if x.ndim > 1:  # else x is refused below
            lengths = lengths_of_mask(arrays["mask"], x.shape[:2], called("mask"))
    elif lengths is not None:
        x, y, weights = in_rows(lengths, x, y, weights)
    return checked(Raw(x, y, lengths, weights, called))
