"""The base class of tasks that predict the characters of a text."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, NamedTuple

import numpy as np

from rnnexp.tasks.checks import SPLITS, check_at_least
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.real.alphabet import Alphabet
from rnnexp.tasks.real.ngrams import bits_per_symbol
from rnnexp.tasks.stored import Stored
from rnnexp.tasks.windows import chronological_parts

VALIDATION_SHARE, TEST_SHARE = 0.05, 0.05


@dataclass(frozen=True)
class NextCharacter(Stored):
    """Predict each next character of a text.

    The text is cut into pieces of T + 1 characters; the last character of a piece is the first of
    the next one. The inputs x are (N, T) int32, the first T characters of each piece, and the
    targets y (N, T) int32, the last T. A model starts every piece with an empty state.

    The last 5 % of the text are the test, the 5 % before them validation. What is left at the end
    of a split, shorter than a piece, is not used.

    The tokens are the characters that occur at least twice in the training text. All others, also
    those that only validation or the test has, are one token "unknown", which is predicted like
    any character.

    A subclass provides `text`.
    """

    metric: ClassVar[str] = "bits_per_character"
    threshold: ClassVar[None] = None

    length: int = 100
    characters: int = 1_000_000

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        check_at_least(self, "length", 1)
        check_at_least(self, "characters", 1)

    @abstractmethod
    def text(self) -> str:
        """Returns the text, of which the first `characters` characters are used.

        Raises:
            OSError: The text cannot be read.
            ValueError: It is no text.
        """

    @property
    def inputs(self) -> Inputs:
        """The token of each character; see `Alphabet`."""
        return Inputs("tokens", _corpus(self).alphabet.size)

    @property
    def targets(self) -> Targets:
        """The token of the next character at every timestep."""
        return Targets("class", _corpus(self).alphabet.size, per_timestep=True)

    @property
    def input_names(self) -> Sequence[str]:
        """The characters, with signs for blanks."""
        return _corpus(self).alphabet.names

    @property
    def target_names(self) -> Sequence[str]:
        """The characters, with signs for blanks."""
        return _corpus(self).alphabet.names

    def stored(self, split: str) -> Examples:
        """Returns x (N, T) and y (N, T) of a split, in the order of the text.

        Raises:
            OSError: The text cannot be read.
            ValueError: It is too short.
        """
        pieces = _corpus(self).pieces[split]
        return Examples(pieces[:, :-1], pieces[:, 1:])

    @property
    def baseline(self) -> float:
        """The test score of the frequencies of the characters in the training text."""
        return _bits(self, 0)

    @property
    def guesses(self) -> Mapping[str, float]:
        """The test scores of counts in the training text; see `bits_per_symbol`.

        "unigram" knows no earlier character. "order-5 model" knows the last five, or as many as a
        model has read of the piece.
        """
        return {"unigram": _bits(self, 0), "order-5 model": _bits(self, 5)}


class _Corpus(NamedTuple):
    alphabet: Alphabet
    train: np.ndarray  # (n,) the tokens of the training text, what is left over included
    pieces: dict[str, np.ndarray]  # (N, T + 1) of each split


@cache
def _corpus(task: NextCharacter) -> _Corpus:
    text = task.text()[: task.characters]
    parts = chronological_parts(len(text), VALIDATION_SHARE, TEST_SHARE)
    shortest = min(SPLITS, key=lambda split: len(parts[split]))
    if len(parts[shortest]) < task.length + 1:
        raise ValueError(
            f"the text has {len(text)} characters, {len(parts[shortest])} of them for {shortest}, "
            f"expected at least length + 1 = {task.length + 1} for each split: bring a longer "
            "text, or set a smaller length or more characters"
        )
    alphabet = Alphabet.of(text[: len(parts["train"])])
    tokens = alphabet.tokens(text)
    pieces = {split: _pieces(tokens[part.start : part.stop], task) for split, part in parts.items()}
    return _Corpus(alphabet, tokens[: len(parts["train"])], pieces)


def _pieces(tokens: np.ndarray, task: NextCharacter) -> np.ndarray:
    starts = np.arange(0, len(tokens) - task.length, task.length)
    return tokens[starts[:, np.newaxis] + np.arange(task.length + 1)]


@cache
def _bits(task: NextCharacter, order: int) -> float:
    corpus = _corpus(task)
    return bits_per_symbol(corpus.train, corpus.pieces["test"], order, corpus.alphabet.size)
