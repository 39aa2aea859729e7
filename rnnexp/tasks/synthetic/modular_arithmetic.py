"""Modular arithmetic: the value of an expression without brackets, modulo a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.synthetic.regular import RegularLanguage, padded_from

OPERATORS = "+", "-", "*"


@dataclass(frozen=True)
class ModularArithmetic(RegularLanguage):
    """Numbers alternate with +, - and *. What is the value of the expression, modulo `modulus`?

    Example:

        >>> print(ModularArithmetic(length=9).example(seed=5))
        x  4 * 0 + 1 * 3 · ·
        y  3

    The inputs x are (N, T) int32: 1 to `modulus` are the numbers from 0 on, the next three tokens
    are +, - and *, and 0 is padding. The targets y are (N,) int32 from 0 to `modulus` - 1.

    An expression has an odd length; if an even one is drawn, it is shortened by one. As usual,
    multiplications come first. An automaton still needs only the sum of the terms before and the
    product so far, each modulo `modulus`.

    Source: Delétang et al. (2023), "Modular Arithmetic (Simple)", who train on lengths 1 to 40.

    Baseline: a value of 0 is more frequent than any other, because products are. The baseline is
    the exact share of the most frequent value among the test expressions. It falls to 1 /
    `modulus` as they get longer.

    Solved: the accuracy on the longer test expressions is at least 0.99.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        shortest, length, test_shortest, test_length: See `RegularLanguage`; all are at least 1.
        modulus: The number of different numbers, at least 2.
    """

    metric: ClassVar[str] = "accuracy"
    threshold: ClassVar[float] = 0.99

    modulus: int = 5

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "modulus", 2)

    @property
    def inputs(self) -> Inputs:
        """The tokens: the padding, the numbers and the operators."""
        return Inputs("tokens", 1 + self.modulus + len(OPERATORS), padded=True)

    @property
    def targets(self) -> Targets:
        """A class for each value."""
        return Targets("class", self.modulus)

    @property
    def baseline(self) -> float:
        """The share of the test expressions that have the most frequent value."""
        terms = [(length + 1) // 2 for length in self.lengths("test")]
        shares = _shares_of_values(self.modulus, max(terms))
        return float(shares[np.array(terms) - 1].mean(axis=0).max())

    @property
    def input_names(self) -> Sequence[str]:
        """The numbers and the operators, after the padding."""
        return ["padding", *self.target_names, *OPERATORS]

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x of (N, T), y of (N,) and the lengths."""
        lengths = self.drawn_lengths(rng, number, split)
        lengths -= lengths % 2 == 0
        tokens = np.empty((number, self.timesteps(split)), np.int32)
        numbers, operators = tokens[:, ::2], tokens[:, 1::2]
        numbers[:] = rng.integers(1, self.modulus + 1, numbers.shape, dtype=np.int32)
        operators[:] = rng.integers(self.modulus + 1, self.inputs.size, operators.shape)
        tokens = padded_from(tokens, lengths)
        return Examples(tokens, evaluated(tokens, self.modulus), slices=lengths)


def evaluated(tokens: np.ndarray, modulus: int) -> np.ndarray:
    """Returns the value of each expression of tokens (N, T), (N,) int32."""
    numbers = np.maximum(tokens[:, ::2].astype(np.int64) - 1, 0)  # padding is read as + 0
    before = np.zeros_like(numbers)
    before[:, 1:] = tokens[:, 1 : 2 * numbers.shape[1] - 1 : 2]
    minus, times = (before == modulus + 1 + OPERATORS.index(operator) for operator in "-*")
    products = _products(np.where(minus, -numbers, numbers), times, modulus)
    last_factor = np.ones_like(times)
    last_factor[:, :-1] = ~times[:, 1:]
    return (products.sum(axis=1, where=last_factor) % modulus).astype(np.int32)


def _products(numbers: np.ndarray, times: np.ndarray, modulus: int) -> np.ndarray:
    """Returns the product of each number with the factors before it, modulo `modulus`.

    Args:
        numbers: (N, terms) int64.
        times: Whether each number is multiplied with the one before it. The first is not.
        modulus: What the products are reduced by.
    """
    place = np.arange(numbers.shape[1])
    first_factor = np.maximum.accumulate(np.where(times, 0, place), axis=1)
    depth = (place - first_factor).ravel()
    products = numbers.ravel()
    # All second factors of all expressions first, then all third factors: there are few rounds.
    for factor in range(1, depth.max() + 1):
        here = np.flatnonzero(depth == factor)
        products[here] = products[here] * products[here - 1] % modulus
    return products.reshape(numbers.shape)


def _shares_of_values(modulus: int, terms: int) -> np.ndarray:
    """Returns the share of each value for 1, 2, … `terms` numbers, (terms, modulus).

    It follows the automaton: the state is the sum of the finished products and the product so far.
    """
    numbers = np.arange(modulus)
    total = (numbers[:, None] + numbers) % modulus
    times = np.zeros((modulus, modulus))
    np.add.at(times, (numbers[:, None], numbers[:, None] * numbers % modulus), 1 / modulus)
    states = np.zeros((modulus, modulus))
    states[0] = 1 / modulus
    shares = []
    for _ in range(terms):
        shares.append(np.bincount(total.ravel(), states.ravel(), modulus))
        # After + and -, the product so far joins the sum, and any number begins the next product.
        states = (states @ times + 2 * shares[-1][:, None] / modulus) / 3
    return np.array(shares)
