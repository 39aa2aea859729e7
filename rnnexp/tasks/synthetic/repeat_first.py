"""Repeat first: say the suit of the first card at every card."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.examples import Examples
from rnnexp.tasks.synthetic.cards import CardGame


@dataclass(frozen=True)
class RepeatFirst(CardGame):
    """Cards are dealt one by one. At every card, the model says the suit of the first one.

    Example (only the first ten timesteps):

        >>> print(RepeatFirst().example())  # doctest: +ELLIPSIS
        x  H S H H S C C C H S ...
        y  H H H H H H H H H H ...

    The inputs x are (N, T) int32, the suits from 0 to 3: clubs, diamonds, hearts and spades. The
    targets y are (N, T) int32, the first suit at each timestep.

    "easy" deals from 1 deck of 52 cards, "medium" from 8 and "hard" from 16, shuffled together.
    All cards but one are dealt: T is 51, 415 or 831.

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

    decks: ClassVar[Mapping[str, int]] = {"easy": 1, "medium": 8, "hard": 16}

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x and y of (N, T)."""
        suits = self.dealt(rng, number)
        return Examples(suits, np.repeat(suits[:, :1], self.length, axis=1))
