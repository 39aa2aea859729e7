"""Characters: the pieces are the text, and its guesses are counts in the training text."""

import sysconfig
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import Characters
from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.real.alphabet import UNKNOWN
from rnnexp.tasks.real.next_character import NextCharacter
from tests.tasks.real.counted import mean_bits


@dataclass(frozen=True)
class Given(NextCharacter):
    """A text that is written here."""

    written: str = "abcb" * 100

    def text(self) -> str:
        return self.written


@given(written=st.text(alphabet="abcdeXYZ", min_size=120, max_size=300), length=st.integers(1, 4))
def test_the_pieces_are_the_text_in_order_with_unknown_characters_in_place(written, length):
    task = Given(written=written, length=length)
    edge = len(written) - round(0.05 * len(written))
    middle = edge - round(0.05 * len(written))
    parts = {"train": (0, middle), "validation": (middle, edge), "test": (edge, len(written))}
    count = Counter(written[:middle])
    for split in SPLITS:
        first, last = parts[split]
        x, y, _, _ = task.stored(split)
        assert len(x) == (last - first - 1) // length
        for number, (inputs, targets) in enumerate(zip(x, y, strict=True)):
            start = first + number * length
            piece = [c if count[c] > 1 else UNKNOWN for c in written[start : start + length + 1]]
            assert [task.input_names[token] for token in inputs] == piece[:-1]
            assert [task.target_names[token] for token in targets] == piece[1:]


@given(written=st.text(alphabet="abcd", min_size=100, max_size=160))
def test_guesses_are_counts_in_the_training_text_scored_on_the_test(written):
    task = Given(written=written, length=4)
    train = written[: len(written) - 2 * round(0.05 * len(written))]
    tokens = [task.input_names.index(c) if c in task.input_names else 0 for c in train]
    rows = [[*x, y[-1]] for x, y in zip(*task.stored("test")[:2], strict=True)]
    for name, order in (("unigram", 0), ("order-5 model", 5)):
        expected = mean_bits(tokens, rows, order, task.targets.size)
        assert task.guesses[name] == pytest.approx(expected)
    assert task.baseline == task.guesses["unigram"]


def test_the_default_text_is_the_standard_library_in_the_order_of_its_files():
    task = Characters()
    text = ""
    for name in sorted(path.name for path in Path(sysconfig.get_path("stdlib")).glob("*.py")):
        text += (Path(sysconfig.get_path("stdlib")) / name).read_bytes().decode("utf-8")
    x = task.stored("train").x[:50].ravel()
    shown = {" ": "␣", "\n": "⏎", "\t": "⇥"}
    assert [task.input_names[token] for token in x] == [shown.get(c, c) for c in text[: len(x)]]
    sizes = {split: task.size(split) * task.length for split in SPLITS}
    assert np.allclose(list(sizes.values()), [900_000, 50_000, 50_000], atol=task.length)


def test_a_short_text_is_refused_with_the_way_to_mend_it():
    with pytest.raises(ValueError, match=r"has 400 characters, 20 .* = 31 for each split: bring"):
        Given(length=30).stored("train")
