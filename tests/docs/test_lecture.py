"""What docs/lecture.md says of a pinned reset gate holds, and its commands make its pictures."""

import re
import shlex
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.layers import GRU, UGRNN
from tests.command import RNNEXP, environment
from tests.docs.pages import ROOT, commands

M, D, T = 5, 3, 20
PAGE = (ROOT / "docs" / "lecture.md").read_text(encoding="utf-8")
TYPED = [
    typed.text.replace("\\\n", "")  # lines that go on are one
    for typed in commands()
    if typed.place.startswith("docs/lecture.md")
]
SWEEPS = [text for text in TYPED if text.startswith("rnnexp train")]
PICTURES = [text for text in TYPED if text.startswith("python docs/pictures/")]


def pinned(bias, **arguments):
    layer = GRU(M, gate_bias={"reset": bias}, **arguments)
    layer.build((None, None, D))
    return layer


def sequences(seed):
    """x (2, T, D), with large and small numbers."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(2, T, D)) * rng.choice([0.1, 1, 3], (2, T, 1))).astype("float32")


@pytest.mark.parametrize("seed", range(3))
def test_a_gru_with_r_pinned_at_1_is_the_ugrnn(seed):
    gru = pinned(100)
    without = UGRNN(M)
    without.build((None, None, D))
    for theirs, ours in zip(without.weights, gru.weights, strict=True):
        z, _, candidate = np.split(ours.numpy(), 3, axis=-1)
        theirs.assign(np.concatenate([-z, candidate], axis=-1))  # g is 1 - z
    x = sequences(seed)
    np.testing.assert_allclose(gru(x), without(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("bias", [100, -100])
def test_a_pinned_gate_gets_no_gradient(bias):
    layer, x = pinned(bias), sequences(0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(x) ** 2)
    for gradient in tape.gradient(loss, layer.trainable_variables):
        z, r, _ = np.split(gradient.numpy(), 3, axis=-1)
        assert np.abs(r).max() < 1e-35  # Adam divides by at least its epsilon, 1e-7
        assert np.abs(z).max() > 1e-5


@pytest.mark.parametrize("seed", range(3))
def test_with_r_pinned_at_0_a_constant_input_moves_each_unit_in_one_direction(seed):
    layer = pinned(-100, return_sequences=True)
    x = np.repeat(sequences(seed)[:, :1], T, axis=1)
    start = np.random.default_rng(seed).uniform(-1, 1, (2, M)).astype("float32")
    h = np.concatenate([start[:, None], layer(x, initial_state=start).numpy()], axis=1)
    moves = np.sign(np.where(np.abs(np.diff(h, axis=1)) > 1e-6, np.diff(h, axis=1), 0))
    assert (np.abs(moves.sum(axis=1)) == np.abs(moves).sum(axis=1)).all()
    assert moves.any()


def test_every_picture_is_made_by_a_command_of_the_page():
    shown = re.findall(r"\(pictures/(\w+\.png)\)", PAGE)
    assert len(shown) == 7
    assert [shlex.split(text)[-1] for text in PICTURES] == [f"docs/pictures/{n}" for n in shown]


def folder(text):
    """The folder that a sweep writes or that a script reads."""
    words = shlex.split(text)
    named = [w.removeprefix("hydra.sweep.dir=") for w in words if w.startswith("hydra.sweep.dir=")]
    return named[0] if named else words[2]


@pytest.mark.slow
@pytest.mark.parametrize("claim", range(len(SWEEPS)), ids=list(map(folder, SWEEPS)))
def test_the_commands_make_the_picture(claim, tmp_path):
    """With one seed and two steps."""
    sweep, picture = SWEEPS[claim], PICTURES[claim]
    assert folder(sweep) == folder(picture)
    short = sweep.replace("seed=range(5)", "seed=0")
    assert short != sweep
    asked = [*RNNEXP, *shlex.split(short)[1:], "trainer.steps=2", "trainer.validate_every=2"]
    done(asked, tmp_path)
    _, script, runs, _ = shlex.split(picture)
    told = done([sys.executable, str(ROOT / script), runs, "picture.png"], tmp_path)
    assert (tmp_path / "picture.png").stat().st_size > 5000
    assert told.count("| 0 of 1 |") + told.count("| 1 of 1 |") >= 3


def done(words, place):
    told = subprocess.run(words, cwd=place, env=environment(), capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return told.stdout
