"""Arrays of one's own, from a file of NumPy."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from rnnexp.tasks.data_file import store_file
from rnnexp.tasks.own.array_parts import parts_of_archive
from rnnexp.tasks.own.prepared import Prepared
from rnnexp.tasks.own.split_arrays import SplitArrays, prepared_parts


@dataclass(frozen=True)
class Arrays(SplitArrays):
    """The arrays of a .npz file: sequences x and their targets y.

    The form of the file, as `numpy.savez("my.npz", x=x, y=y)` writes it (N sequences, T timesteps,
    D numbers, K targets):

        x         (N, T, D) numbers; or (N, T) whole numbers, which are tokens; or (N, T) numbers
                  with a fraction, which are one number per timestep
        y         (N,) or (N, K), a target for each sequence; or (N, T) or (N, T, K), a target for
                  each timestep
        lengths   (N,), optional: how many timesteps of each row of x belong to the sequence. With
                  lengths, x may also be all sequences one after another: (sum of lengths, D)
                  numbers or (sum of lengths,) tokens; then y per timestep is concatenated too.
        mask      (N, T), optional, instead of lengths: 1 at the timesteps of the sequence, then 0
        weights   (N,) or (N, T), optional: what each target counts; 0 leaves it out

    The arrays are used as they are; they are not scaled. Whole numbers or text in y are classes;
    columns of 0 and 1 are labels, or classes if each row has a single 1; numbers with a fraction
    are numbers.

    Splits: with `x_validation`, `y_validation`, `x_test`, `y_test` and so on in the file, these
    are the splits. A split that the file does not have is divided off the rows of x, at random
    with a fixed seed and with the same share of each class, or chronologically.

    Source: the owner of the file.

    Baseline: the test score of the constant that fits the training targets best.

    Args:
        path: The .npz file. A relative path starts from the current folder; it is stored as an
            absolute one.
        target, per_timestep, validation_share, test_share, chronological, split_seed, shared_rows,
            threshold: See `SplitArrays`.
        checksum: The first digits of the SHA-256 of the file. None takes any file and stores its
            checksum, so that a run is not resumed with other data.
    """

    needs: ClassVar[str] = "a .npz file"

    path: str = ""
    checksum: str | None = None

    def __post_init__(self) -> None:
        """Reads the file.

        Raises:
            ValueError: A field is out of its range, or the file does not fit.
            OSError: There is no such file.
        """
        super().__post_init__()
        store_file(self, "my.npz")
        self.prepared()

    def prepared(self) -> Prepared:
        """Returns the examples of the file; see `OwnData.prepared`."""
        return _prepared(self)


@lru_cache(maxsize=4)
def _prepared(task: Arrays) -> Prepared:
    try:
        return prepared_parts(task, parts_of_archive(task.path))
    except ValueError as error:
        raise ValueError(f"{task.path}: {error}") from error
