"""Rows of real data divided into training, validation and test examples."""

from collections.abc import Mapping

import numpy as np

from rnnexp.tasks.checks import SPLITS


def divided(
    number: int, shares: Mapping[str, float], seed: int, groups: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Divide rows at random.

    Args:
        number: The number of rows.
        shares: The share of the rows that belongs to "validation" and to "test".
        seed: The seed of the random order.
        groups: (number,) such as the classes. Each split has about the same share of every group,
            and training has at least one row of each.

    Returns:
        The rows of each split, sorted. A split that `shares` does not name has none.

    Raises:
        ValueError: There are too few rows for the shares.
    """
    order = np.random.default_rng(seed).permutation(number)
    sizes = _sizes(number, shares)
    groups = np.zeros(number) if groups is None else groups
    order = order[np.argsort(groups[order], kind="stable")]
    _, firsts = np.unique(groups[order], return_index=True)
    if len(firsts) > sizes["train"]:
        raise ValueError(
            f"there are {len(firsts)} classes and {sizes['train']} training rows, expected at "
            "least one training row of each class: set target=numbers if they are numbers, bring "
            "more rows, or set other shares"
        )
    others = np.delete(order, firsts)
    owners = _spread({**sizes, "train": sizes["train"] - len(firsts)})
    rows = {split: others[owners == k] for k, split in enumerate(SPLITS)}
    rows["train"] = np.concatenate([order[firsts], rows["train"]])
    return {split: np.sort(chosen) for split, chosen in rows.items()}


def in_order(number: int, shares: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Divide rows in their order: first training, then validation, then test.

    Raises:
        ValueError: There are too few rows for the shares.
    """
    sizes = _sizes(number, shares)
    ends = np.cumsum([sizes[split] for split in SPLITS])
    parts = np.split(np.arange(number), ends[:-1])
    return dict(zip(SPLITS, parts, strict=True))


def _sizes(number: int, shares: Mapping[str, float]) -> dict[str, int]:
    sizes = {split: round(share * number) for split, share in shares.items()}
    sizes["train"] = number - sum(sizes.values())
    for split, size in sizes.items():
        if size < 1:
            raise ValueError(
                f"{number} rows are divided into {sizes}, expected at least 1 for {split}: bring "
                "more rows, or set other shares"
            )
    return {split: sizes.get(split, 0) for split in SPLITS}


def _spread(sizes: Mapping[str, int]) -> np.ndarray:
    """Return the index of a split for each of as many places as `sizes` sum to, evenly spread."""
    places = [(i + 0.5) / sizes[split] for split in SPLITS for i in range(sizes[split])]
    owners = np.repeat(np.arange(len(SPLITS)), [sizes[split] for split in SPLITS])
    return owners[np.argsort(places, kind="stable")]
