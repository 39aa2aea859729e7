"""Digits: the pixels are scikit-learn's, in the order that was asked for."""

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets

from rnnexp.tasks import Digits
from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.real.digits import load


def labelled(x: np.ndarray, y: np.ndarray) -> Counter:
    """How often each image occurs with each label, in whatever order."""
    grey_levels = np.rint(16 * x).astype(int).reshape(len(x), 64)
    return Counter(zip(map(tuple, grey_levels.tolist()), y.tolist(), strict=True))


def test_the_three_splits_are_together_exactly_scikit_learns_digits():
    pixels, digits = sklearn.datasets.load_digits(return_X_y=True)
    found = [labelled(*Digits().stored(split)[:2]) for split in SPLITS]
    assert sum(found, Counter()) == labelled(pixels / 16, digits)


def test_pixels_lie_between_0_and_1_and_reach_both():
    x = Digits().stored("train").x
    assert (x.min(), x.max()) == (0, 1)


def test_training_sees_the_same_digits_in_every_epoch():
    task = Digits()
    per_epoch = task.size("train") // 100
    whole = labelled(*task.stored("train")[:2])
    for epoch in (0, 3):
        batches = [task.batch("train", 1, epoch * per_epoch + i, 100) for i in range(per_epoch)]
        seen = sum((labelled(batch.x, batch.y) for batch in batches), Counter())
        # What does not fill a batch waits for another epoch.
        assert (whole - seen).total() == task.size("train") % 100
        assert not seen - whole


def test_every_digit_has_the_same_share_in_every_split():
    whole = np.bincount(sklearn.datasets.load_digits().target)
    for split, share in (("train", 0.7), ("validation", 0.1), ("test", 0.2)):
        counts = np.bincount(Digits().stored(split).y)
        # Two parts are rounded to whole examples, the third takes what both roundings leave.
        assert (np.abs(counts - share * whole) <= 1).all()


@pytest.mark.parametrize("permute", [False, True])
def test_rows_are_eight_pixels_of_the_same_sequence(permute):
    by_pixel, by_row = (
        Digits(order=order, permute=permute).stored("test").x for order in ("pixel", "row")
    )
    np.testing.assert_array_equal(by_pixel.reshape(by_row.shape), by_row)


def test_one_permutation_moves_the_pixels_of_every_image_in_every_split():
    plain, permuted = Digits(), Digits(permute=True)
    image_of, image_of_permuted = (
        np.concatenate([task.stored(split).x for split in SPLITS]).squeeze(-1)
        for task in (plain, permuted)
    )
    # Pixels that are constant over all images are alike, so columns are compared as a multiset.
    columns, moved = (sorted(map(bytes, image.T)) for image in (image_of, image_of_permuted))
    assert columns == moved
    assert not np.array_equal(image_of, image_of_permuted)


@pytest.mark.filterwarnings("ignore:loadtxt. input contained no data")
@pytest.mark.parametrize("kept_bytes", [0, 10, 5000])
def test_a_damaged_data_file_is_told_with_the_way_to_mend_it(monkeypatch, tmp_path, kept_bytes):
    whole = Path(sklearn.datasets.__file__).parent / "data" / "digits.csv.gz"
    damaged = tmp_path / whole.name
    damaged.write_bytes(whole.read_bytes()[:kept_bytes])
    open_gzip = gzip.open
    monkeypatch.setattr(gzip, "open", lambda _, *args, **kw: open_gzip(damaged, *args, **kw))
    load.cache_clear()
    with pytest.raises(OSError, match=r"digits cannot be read \(.*expected .*: reinstall"):
        load()
