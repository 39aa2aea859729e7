"""Games with cards, in which the suits of the cards are dealt one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_one_of
from rnnexp.tasks.examples import Inputs, Targets
from rnnexp.tasks.generated import Generated

SUITS = ("C", "D", "H", "S")
OF_A_SUIT = 13


@dataclass(frozen=True)
class CardGame(Generated):
    """At every card, the model says a suit that was dealt before.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        difficulty: One of the keys of `decks`.
    """

    metric: ClassVar[str] = "accuracy"
    inputs: ClassVar[Inputs] = Inputs("tokens", len(SUITS))
    targets: ClassVar[Targets] = Targets("class", len(SUITS), per_timestep=True)
    baseline: ClassVar[float] = 1 / len(SUITS)
    threshold: ClassVar[float] = 0.99
    decks: ClassVar[Mapping[str, int]]
    """The number of decks of 52 cards that are shuffled together, by difficulty."""

    difficulty: str = "easy"

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_one_of(self, "difficulty", tuple(self.decks))

    @property
    def length(self) -> int:
        """The number of timesteps T: of all cards, the last one is not dealt."""
        return self.decks[self.difficulty] * OF_A_SUIT * len(SUITS) - 1

    @property
    def input_names(self) -> Sequence[str]:
        """Clubs, diamonds, hearts and spades."""
        return SUITS

    @property
    def target_names(self) -> Sequence[str]:
        """Clubs, diamonds, hearts and spades."""
        return SUITS

    def dealt(self, rng: np.random.Generator, number: int) -> np.ndarray:
        """Returns the suits of the cards in a random order, (number, T) int32."""
        decks = np.arange(len(SUITS) * OF_A_SUIT * self.decks[self.difficulty], dtype=np.int32)
        suits = np.broadcast_to(decks % len(SUITS), (number, len(decks)))
        return rng.permuted(suits, axis=1)[:, : self.length].copy()
