"""Games with cards: the deck is complete but for its last card, and the answers are read off it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnexp.tasks import RepeatFirst, RepeatPrevious

GAMES = pytest.mark.parametrize("game", [RepeatFirst, RepeatPrevious])
LEVELS = pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
SEEDS = st.integers(0, 2**32)


@GAMES
@LEVELS
def test_all_cards_but_one_are_dealt(game, difficulty):
    task = game(difficulty=difficulty)
    x, *_ = task.batch("train", 0, 0, 20)
    decks = (task.length + 1) // 52
    assert (task.length + 1) % 52 == 0
    for row in x:
        counts = np.bincount(row, minlength=4)
        assert sorted(13 * decks - counts) == [0, 0, 0, 1]


@GAMES
def test_every_suit_is_equally_likely_at_every_timestep(game):
    number = 20_000
    x, *_ = game().batch("train", 0, 0, number)
    for suit in range(4):
        shares = (x == suit).mean(axis=0)
        assert (abs(shares - 1 / 4) < 5 * np.sqrt(3 / 16 / number)).all()


@LEVELS
@settings(max_examples=20)
@given(seed=SEEDS)
def test_repeat_first_asks_for_the_first_suit_at_every_card(difficulty, seed):
    task = RepeatFirst(difficulty=difficulty)
    x, y, weights, _ = task.batch("test", seed, 0, 5)
    assert weights is None
    for cards, answers in zip(x.tolist(), y.tolist(), strict=True):
        assert answers == [cards[0] for _ in cards]


@pytest.mark.parametrize(("difficulty", "k"), [("easy", 4), ("medium", 32), ("hard", 64)])
@settings(max_examples=20)
@given(seed=SEEDS)
def test_repeat_previous_asks_for_the_kth_last_suit_as_soon_as_there_is_one(difficulty, k, seed):
    x, y, weights, _ = RepeatPrevious(difficulty=difficulty).batch("test", seed, 0, 5)
    for cards, answers, counted in zip(x.tolist(), y.tolist(), weights.tolist(), strict=True):
        shown = []
        for card, answer, weight in zip(cards, answers, counted, strict=True):
            shown.append(card)
            assert weight == (len(shown) >= k)
            if weight:
                assert answer == shown[-k]
