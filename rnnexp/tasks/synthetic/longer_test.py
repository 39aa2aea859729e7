"""The base class of generated tasks that can be tested on longer sequences."""

from dataclasses import dataclass

from rnnexp.tasks.checks import check_at_least, check_at_least_or_none, check_drawn
from rnnexp.tasks.generated import Generated


@dataclass(frozen=True)
class LongerTest(Generated):
    """A generated task whose test sequences may be longer than those of training.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The length in training and validation.
        test_length: The length in the test split; None stands for `length`.
    """

    length: int = 100
    test_length: int | None = None

    def check_lengths(self, least: int) -> None:
        """Raises ValueError unless both lengths are whole numbers of at least `least`."""
        check_at_least(self, "length", least)
        check_at_least_or_none(self, "test_length", least)

    def length_in(self, split: str) -> int:
        """The length of a split."""
        check_drawn(split)
        if split == "test" and self.test_length is not None:
            return self.test_length
        return self.length

    def timesteps(self, split: str) -> int:
        """The number of timesteps T in a split."""
        return self.length_in(split)
