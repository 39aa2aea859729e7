"""First token: only the first step tells the answer, and the last step asks for it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import FirstToken


@given(
    length=st.integers(2, 30),
    symbols=st.integers(2, 12),
    distractors=st.integers(1, 12),
    seed=st.integers(0, 2**32),
)
def test_symbol_then_distractors_then_question(length, symbols, distractors, seed):
    task = FirstToken(
        length=length, symbols=symbols, distractors=distractors, validation_examples=40
    )
    x, y = task.examples("validation", seed)
    assert np.isin(x, [0, 1]).all()
    assert (x.sum(axis=-1) == 1).all()
    tokens = x @ np.arange(task.features)
    assert (tokens[:, 0] == y).all()
    assert (tokens[:, 1:-1] >= symbols).all()
    assert (tokens[:, 1:-1] < symbols + distractors).all()
    assert (tokens[:, -1] == symbols + distractors).all()


def test_every_symbol_and_every_distractor_occurs():
    x, _ = FirstToken().examples("test", seed=0)
    assert x.any(axis=(0, 1)).all()
