"""Arrays that do not fit: each is refused with its place, what was expected and how to mend it."""

import numpy as np
import pytest

from rnnexp.tasks import Arrays
from tests.tasks.own.own_arrays import CLASSES, LENGTHS, MASK, NUMBERS, TOKENS, N, T, X, arrays_task


def with_(array, place, value):
    changed = np.array(array, dtype=np.result_type(array, np.asarray(value)))
    changed[place] = value
    return changed


GIVEN = {"x_test": X[:5] + N, "y_test": CLASSES[:5]}
REFUSED = {
    "nan in x": ({"x": with_(X, (7, 2, 1), np.nan)}, r"x\[7, 2, 1\] is nan, expected a finite"),
    "two nan in x": ({"x": with_(X, (7, 2), np.nan)}, r"x\[7, 2, 0\] is nan \(and 2 more like it"),
    "infinity in x": ({"x": with_(X, (7, 2, 1), -np.inf)}, r"x\[7, 2, 1\] is -inf, expected"),
    "too large": ({"x": with_(X, (7, 2, 1), 1e300)}, r"x\[7, 2, 1\] is 1e\+300, .* float32"),
    "nan in x_test": (
        {**GIVEN, "x_test": with_(GIVEN["x_test"], (1, 0, 0), np.nan)},
        r"x_test\[1, 0, 0\] is nan",
    ),
    "nan in y": ({"y": with_(NUMBERS, 4, np.nan)}, r"y\[4\] is nan, expected a finite"),
    "nan in y of a step": ({"y": with_(X[..., 0], (4, 3), np.inf)}, r"y\[4, 3\] is inf, expected"),
    "nan in a number of several": ({"y": with_(X[:, 0], (4, 1), np.nan)}, r"y\[4, 1\] is nan"),
    "nan in weights": ({"weights": with_(NUMBERS**2, 9, np.nan)}, r"weights\[9\] is nan, expected"),
    "a negative weight": ({"weights": with_(MASK, (9, 1), -1)}, r"weights\[9, 1\] is -1, expected"),
    "a negative token": ({"x": with_(TOKENS, (3, 1), -2)}, r"x\[3, 1\] is -2, expected a token of"),
    "flat x": (
        {"x": NUMBERS},
        r"x is of shape \(60,\), expected \(N, T, D\) numbers, or .*reshape",
    ),
    "images": ({"x": X[..., None]}, r"x is of shape \(60, 5, 3, 1\), expected \(N, T, D\)"),
    "no rows": ({"x": X[:0], "y": NUMBERS[:0]}, r"x is of shape \(0, 5, 3\), expected"),
    "no timesteps": ({"x": X[:, :0]}, r"x is of shape \(60, 0, 3\), expected"),
    "texts": ({"x": X.astype(str)}, r"x is an array of <U\d+, expected numbers"),
    "complex": ({"x": X.astype(complex)}, r"x is an array of complex128, expected numbers"),
    "dates": (
        {"y": CLASSES.astype("M8[D]")},
        r"y is an array of datetime64\[D\], expected numbers",
    ),
    "fewer y": ({"y": CLASSES[1:]}, r"y is of shape \(59,\), expected a target for each of the 60"),
    "a scalar y": ({"y": np.array(1)}, r"y is of shape \(\), expected a target for each of the 60"),
    "y of other steps": (
        {"y": NUMBERS[:, None, None] * np.ones((N, T + 1, 2))},
        r"y is of shape \(60, 6, 2\) beside x of \(60, 5, 3\), expected \(N, T\) or \(N, T, K\)",
    ),
    "y with four axes": ({"y": X[..., None]}, r"y is of shape \(60, 5, 3, 1\) beside x of"),
    "columns of whole numbers": (
        {"y": np.tile(CLASSES[:, None], 3)},
        "y has 3 columns of int64, .* target=numbers",
    ),
    "one class": (
        {"y": 0 * CLASSES},
        "y has the one class 0 in the training data, expected at least two",
    ),
    "more classes than rows": (
        {"y": np.arange(N)},
        "there are 60 classes and 42 training rows, expected at least one .* target=numbers",
    ),
    "no weight": ({"weights": 0 * NUMBERS}, "y has no training target with a weight, expected"),
    "weights of steps": (
        {"weights": MASK},
        r"weights is of shape \(60, 5\) beside one target for e",
    ),
    "weights of other rows": (
        {"weights": NUMBERS[1:]},
        r"weights is float64 of shape \(59,\), exp",
    ),
    "lengths too long": (
        {"lengths": with_(LENGTHS, 8, T + 1)},
        r"lengths\[8\] is 6, expected 1 to",
    ),
    "a length of 0": ({"lengths": with_(LENGTHS, 8, 0)}, r"lengths\[8\] is 0, expected 1 to the 5"),
    "lengths as floats": (
        {"lengths": LENGTHS / 2},
        r"lengths is float64 of shape \(60,\), expected",
    ),
    "lengths of fewer": ({"lengths": LENGTHS[1:]}, r"lengths is int64 of shape \(59,\), expected"),
    "a mask with a hole": (
        {"mask": with_(np.ones((N, T)), (6, 2), 0)},
        r"mask\[6, 2\] is false but mask\[6, 3\] is true, expected .* padded at the end: move",
    ),
    "padded at the start": (
        {"mask": with_(np.ones((N, T)), (6, 0), 0)},
        r"mask\[6, 0\] is false but mask\[6, 1\] is true",
    ),
    "an empty sequence": ({"mask": with_(np.ones((N, T)), 6, 0)}, r"mask\[6\] has no timestep"),
    "a mask of numbers": ({"mask": with_(np.ones((N, T)), (6, 0), 2)}, r"mask\[6, 0\] is 2.0, exp"),
    "a mask of other rows": ({"mask": MASK[1:]}, r"mask is bool of shape \(59, 5\), expected"),
    "a mask of flat x": ({"x": NUMBERS, "mask": MASK}, r"x is of shape \(60,\), expected"),
    "both": (
        {"mask": MASK, "lengths": LENGTHS},
        "there are lengths and mask, expected one of them",
    ),
    "the padding value": (
        {"x": with_(X, (6, 0), -1024.0), "lengths": np.maximum(LENGTHS, 2)},
        r"x\[6, 0\] holds only -1024, the number that marks padding here, expected other .* scale",
    ),
    "an unseen class": (
        {**GIVEN, "y_test": CLASSES[:5] + 3},
        r"y_test\[1\] is 4, a class that no training example has, expected one of the 4 classes 0,",
    ),
    "an unseen one-hot class": (
        {
            "x": X[:40],
            "y": np.eye(6)[CLASSES[:40]],
            "x_test": X[40:],
            "y_test": np.eye(6)[CLASSES[40:] + 1],
        },
        r"y_test\[3\] is 4, a class that no training example has",
    ),
    "a text among numbers": (
        {**GIVEN, "y_test": np.array(list("abcde"))},
        r"y_test\[0\] is a, a cl",
    ),
    "numbers beside classes": (
        {**GIVEN, "y_test": NUMBERS[:5]},
        "y_test has fractions, expected whole",
    ),
    "other D": (
        {**GIVEN, "x_test": X[:5, :, :2] + N},
        r"x_test is float64 of shape \(5, 5, 2\) beside x",
    ),
    "tokens beside numbers": (
        {**GIVEN, "x_test": TOKENS[:5]},
        "x_test is int64 of shape .* beside x,",
    ),
    "other K": (
        {"y": X[:, 0], "x_test": X[:5] + N, "y_test": X[:5, 0, :2]},
        "y_test has 2 columns, exp",
    ),
    "a shared row": (
        {**GIVEN, "x_test": with_(GIVEN["x_test"], 2, X[30])},
        r"x_test\[2\] is the same sequence as x\[30\] \(1 such rows\), expected .*shared_rows=true",
    ),
    "two forecasts of a row": (
        {"x_validation": X[:3] + N, "y_validation": CLASSES[:3], **GIVEN},
        r"x_test\[0\] is the same sequence as x_validation\[0\]",
    ),
    "no y_test": ({"x_test": X[:5]}, r"there is no array y_test \(there are: x_test\), expected"),
    "another name": ({"label": CLASSES}, r"an array is called label, expected x, y, lengths"),
    "a misspelt name": (
        {"wieghts": CLASSES},
        r"an array is called wieghts, did you mean weights\?",
    ),
}
BY_SETTING = {
    "fractions as classes": (
        {"target": "class"},
        {"y": NUMBERS},
        "y has fractions, expected whole",
    ),
    "columns as classes": (
        {"target": "class"},
        {"y": X[:, 0]},
        "y has 3 columns, expected one colu",
    ),
    "numbers as labels": ({"target": "labels"}, {"y": CLASSES}, "y has other values than 0 and 1"),
    "texts as numbers": (
        {"target": "numbers"},
        {"y": CLASSES.astype(str)},
        "y is an array of <U.*",
    ),
    "per timestep": ({"per_timestep": True}, {}, r"y is of shape \(60,\) beside x of \(60, 5, 3\)"),
    "per sequence": ({"per_timestep": False}, {"y": X}, r"y is of shape \(60, 5, 3\) beside x of"),
    "no share": (
        {"test_share": 0},
        {},
        r"60 rows are divided into .* expected at least 1 for test",
    ),
    "all shares": (
        {"test_share": 0.6, "validation_share": 0.4},
        {},
        "60 rows are divided into .* expected at least 1 for train",
    ),
    "later classes": (
        {"chronological": True},
        {"y": np.sort(CLASSES)},
        r"y\[45\] is 3, a class that no training example has",
    ),
}
FIELDS = {
    "target": ("text", True),
    "per_timestep": ("yes", 1),
    "validation_share": (-0.1, 2, "half"),
    "test_share": (-0.1, float("nan"), None),
    "chronological": ("yes", 1, None),
    "split_seed": (-1, 0.5, True),
    "shared_rows": (0,),
    "path": ("", None, 3),
}


@pytest.mark.parametrize("case", REFUSED)
def test_arrays_that_do_not_fit(case):
    arrays, message = REFUSED[case]
    with pytest.raises(ValueError, match=rf"my\.npz: {message}"):
        arrays_task(**{"x": X, "y": CLASSES, **arrays})


@pytest.mark.parametrize("case", BY_SETTING)
def test_arrays_that_do_not_fit_a_setting(case):
    settings, arrays, message = BY_SETTING[case]
    with pytest.raises(ValueError, match=rf"my\.npz: {message}"):
        arrays_task(**{"x": X, "y": CLASSES, **arrays}, settings=settings)


@pytest.mark.parametrize(
    ("name", "bad"), [(n, bad) for n, values in FIELDS.items() for bad in values]
)
def test_a_bad_setting_is_named_with_its_value_and_what_was_expected(name, bad):
    with pytest.raises(
        ValueError, match=rf"^{name} of Arrays is {bad!r}, expected .*: set for inst"
    ):
        Arrays(**{"path": "my.npz", name: bad})


def test_sequences_that_are_shared_on_purpose_are_allowed():
    given = {**GIVEN, "x_test": X[:5]}
    task = arrays_task(x=X, y=CLASSES, **given, settings={"shared_rows": True})
    np.testing.assert_array_equal(task.stored("test").x, X[:5].astype("float32"))


def test_a_file_that_is_not_there_and_a_close_name(tmp_path):
    (tmp_path / "measured.npz").touch()
    with pytest.raises(
        FileNotFoundError, match=r"no file .*mesured.npz, .*did you mean measured\.n"
    ):
        Arrays(str(tmp_path / "mesured.npz"))
    with pytest.raises(FileNotFoundError, match=r"no file .*other, expected one: set for instance"):
        Arrays(str(tmp_path / "nowhere" / "other"))
    with pytest.raises(
        ValueError, match=r"^path of Arrays is .* cannot be read: it is not a regul"
    ):
        Arrays(str(tmp_path))
