"""First token: only the first step tells the answer, and the last step asks for it."""

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
    task = FirstToken(length=length, symbols=symbols, distractors=distractors)
    tokens, y, *_ = task.batch("validation", seed, 0, 40)
    assert (tokens[:, 0] == y).all()
    assert (tokens[:, 1:-1] >= symbols).all()
    assert (tokens[:, 1:-1] < symbols + distractors).all()
    assert (tokens[:, -1] == symbols + distractors).all()


def test_every_symbol_and_every_distractor_occurs():
    task = FirstToken()
    assert set(task.examples("test", seed=0).x.ravel()) == set(range(task.inputs.size))
