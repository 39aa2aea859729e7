"""Prediction of the next character of a text file of one's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rnnexp.files.reading import Unreadable, read_text
from rnnexp.tasks.data_file import store_file
from rnnexp.tasks.real.next_character import NextCharacter


@dataclass(frozen=True)
class Text(NextCharacter):
    """Predict each next character of a text file in UTF-8.

    It is cut, split and scored as every text; see `NextCharacter`. In particular, a character that
    the training part does not have is the token "unknown", and is no error.

    Source: the owner of the file.

    Baseline: the test score of the frequencies of the characters; see `NextCharacter`.

    Solved: there is no such score. `guesses` shows what an order-5 model reaches.

    Args:
        length: The number of timesteps T, at least 1.
        characters: The number of characters that are used, from the beginning of the text.
        path: The file, of at most 64 MiB. A relative path starts from the current folder; it is
            stored as an absolute one.
        checksum: The first digits of the SHA-256 of the file. None takes any file and stores its
            checksum, so that a run is not resumed with another text.
    """

    needs: ClassVar[str] = "a text file"

    path: str = ""
    checksum: str | None = None

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range, OSError if there is no such file."""
        super().__post_init__()
        store_file(self, "book.txt")

    def text(self) -> str:
        """Returns the text of the file.

        Raises:
            ValueError: It is too large or not in UTF-8.
        """
        try:
            return read_text(Path(self.path))
        except Unreadable as error:
            raise ValueError(
                f"{self.path} is {error}, expected a text in UTF-8 of at most 64 MiB: store it as "
                "such, or cut it"
            ) from error
