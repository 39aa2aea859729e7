"""The alphabet of a text: which characters are tokens, and how a person reads them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

UNKNOWN = "unknown"
_SHOWN = {" ": "␣", "\n": "⏎", "\t": "⇥"}


@dataclass(frozen=True)
class Alphabet:
    """Token 0 is every unknown character; the tokens 1, 2, … are `characters`.

    Attributes:
        characters: Different characters in the order of their code points.
    """

    characters: str

    @classmethod
    def of(cls, text: str) -> "Alphabet":
        """Return the alphabet of a training text: what occurs in it at least twice.

        A character that occurs once is unknown, so that a model sees what unknown ones are like.
        """
        codes, counts = np.unique(_codes(text), return_counts=True)
        return cls("".join(map(chr, codes[counts > 1])))

    @property
    def size(self) -> int:
        """The number of tokens, that of unknown characters included."""
        return len(self.characters) + 1

    @cached_property
    def names(self) -> list[str]:
        """A name of each token, for people to read; blanks have a sign."""
        return [UNKNOWN, *map(_name, self.characters)]

    def tokens(self, text: str) -> np.ndarray:
        """Return a text of n characters as (n,) int32."""
        known, codes = _codes(self.characters), _codes(text)
        place = np.searchsorted(known, codes)
        known = np.append(known, np.uint32(2**32 - 1))  # no character; for codes above all others
        return np.where(known[place] == codes, place + 1, 0).astype(np.int32)


def _codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _name(character: str) -> str:
    if character in _SHOWN:
        return _SHOWN[character]
    readable = character.isprintable() and character not in _SHOWN.values()
    return character if readable else f"U+{ord(character):04X}"
