"""Every Python block of the pages is Python, and runs, block after block, as a reader would."""

import subprocess
import sys
import textwrap

import pytest

from tests.command import environment
from tests.docs.pages import python

PAGES = python()
LEFT_OUT = {
    "def step(self, z, r, candidate, h):": "an excerpt of rnnexp/equations/gru.py",
    'rnnexp.compose(["model=lstm"': "trains for minutes",
}
"""What is not run, by what it holds, and why."""

TAKEN_FOR_GRANTED = {
    "from_keras(model)": """
        import numpy as np
        state_dict = {
            "weight_ih_l0": np.ones((9, 2), "float32"),
            "weight_hh_l0": np.ones((9, 3), "float32"),
            "bias_ih_l0": np.ones(9, "float32"),
            "bias_hh_l0": np.ones(9, "float32"),
        }
    """,
    "probe = Probe(x[:4]": """
        import rnnexp
        x, y = np.ones((8, 5, 8), "float32"), np.ones((8, 1), "float32")
        model.compile("adam", "mse")
    """,
    'title="GRU on my data"': """
        import keras
        import numpy as np
        x, y = np.ones((8, 5, 8), "float32"), np.ones((8, 1), "float32")
        model = keras.Sequential([keras.Input((5, 8)), keras.layers.GRU(4), keras.layers.Dense(1)])
        model.compile("adam", "mse")
    """,
    'Trace.load("trace.nc")': "from rnnexp.diagnostics import Trace",
}
"""What the sentences before a block say is there, by what the block holds."""

CHECKED = {
    "class Majority(Generated)": """
        x, y, *_ = Majority(length=3).examples("test", seed=0)
        assert (y == (x.mean(axis=1) > 0.5)).all() and 0 < y.mean() < 1
        shown = Majority(length=6).example().splitlines()
        assert all(line in Majority.__doc__ for line in shown)
    """,
    "def movement(dataset)": """
        import keras
        import rnnexp
        model = keras.Sequential([keras.Input((3, 1)), keras.layers.GRU(4, name="gru")])
        dataset = rnnexp.trace(model, x[:2])["gru"]
        h = dataset["h"].values
        expected = np.linalg.norm(np.diff(h, axis=1, prepend=0 * h[:, :1]), axis=-1)
        np.testing.assert_allclose(movement(dataset)["movement"].values, expected)
    """,
}
"""What must hold after a block."""


def script(page):
    """The page's blocks as one program."""
    parts = []
    for typed in PAGES[page]:
        if not any(part in typed.text for part in LEFT_OUT):
            parts += [code for part, code in TAKEN_FOR_GRANTED.items() if part in typed.text]
            parts.append(typed.text)
            parts += [code for part, code in CHECKED.items() if part in typed.text]
    return "\n".join(map(textwrap.dedent, parts))


@pytest.mark.parametrize("page", PAGES)
def test_it_is_python(page):
    for typed in PAGES[page]:
        compile(typed.text, typed.place, "exec")


def test_what_is_said_of_a_block_is_of_one_that_exists():
    blocks = [typed.text for page in PAGES.values() for typed in page]
    for part in (*LEFT_OUT, *TAKEN_FOR_GRANTED, *CHECKED):
        assert sum(part in block for block in blocks) == 1


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_it_runs(page, tmp_path):
    (tmp_path / "script.py").write_text(script(page), encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
