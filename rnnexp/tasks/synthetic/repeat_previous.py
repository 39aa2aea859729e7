"""Repeat previous: say the suit of a card that was dealt some cards ago."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.examples import Examples
from rnnexp.tasks.synthetic.cards import CardGame


@dataclass(frozen=True)
class RepeatPrevious(CardGame):
    """Cards are dealt one by one. At each, the model says the suit of the k-th last card.

    The last card is the present one, so with k = 4 three cards lie in between the present and the
    answer's: the model must remember the last four suits, in order, and shift them at every step.

    Example (only the first ten timesteps; no target counts before the k-th card):

        >>> print(RepeatPrevious().example())  # doctest: +ELLIPSIS
        x  H S H H S C C C H S ...
        y  · · · H S H H S C C ...

    The inputs x are (N, T) int32, the suits from 0 to 3: clubs, diamonds, hearts and spades. The
    targets y are (N, T) int32, y_t = x_(t - k + 1). The first k - 1 targets have weight 0.

    "easy" deals from 1 deck of 52 cards with k = 4, "medium" from 2 with k = 32 and "hard" from 3
    with k = 64, shuffled together. All cards but one are dealt: T is 51, 103 or 155.

    Source: Morad, Kortvelesy, Bettini, Liwicki and Prorok (2023), "POPGym". There it is a game
    with a reward for each right answer. The answers do not change the cards, so each card has a
    target here.

    Baseline: the four suits are equally likely at every timestep, so a guess has an accuracy of
    1/4.

    Solved: the accuracy is at least 0.99.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        difficulty: "easy", "medium" or "hard".
    """

    decks: ClassVar[Mapping[str, int]] = {"easy": 1, "medium": 2, "hard": 3}
    last: ClassVar[Mapping[str, int]] = {"easy": 4, "medium": 32, "hard": 64}

    @property
    def k(self) -> int:
        """Which card is asked for, counted back from the present one, which is 1."""
        return self.last[self.difficulty]

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x, y and weights of (N, T)."""
        suits = self.dealt(rng, number)
        before = self.k - 1
        y, weights = np.zeros_like(suits), np.zeros(suits.shape, np.float32)
        y[:, before:] = suits[:, : self.length - before]
        weights[:, before:] = 1
        return Examples(suits, y, weights)
