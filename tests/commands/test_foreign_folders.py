"""A folder that tries to run code by every way at once, given to the commands as a person does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rnnexp
from rnnexp import cli
from tests.command import RNNEXP, TINY
from tests.commands.foreign import EVIL, config, put, sweep, tree
from tests.report.folders import make_run

# What the commands import from Python and from other packages, once they have begun.
MODULES = ["json", "csv", "zipfile", "hashlib", "yaml", "h5py", "keras", "pandas", "submitit"]
HYDRA = "# @package _global_\nhydra:\n  callbacks:\n    x: {_target_: evil.Thing}\n"
FILES = {
    **{f"{name}.py": EVIL for name in ["evil", "hydra_plugins/evil", *MODULES]},
    "run/config.yaml": config("callbacks.x", {"_target_": "evil.Thing"}),
    "trusting/config.yaml": config("trust", ["evil"]),
    "swept/sweep.json": sweep(["seed=0,1", "+hydra.callbacks.x._target_=evil.Thing"]),
    "swept/0_seed=0/config.yaml": config("model.layer", {"_target_": "evil.Thing"}),
    "conf/experiment/x.yaml": HYDRA,
    "matplotlibrc": "backend: module://evil\ntext.usetex: true\n",
}


@pytest.fixture
def stranger(tmp_path):
    put(tmp_path, **FILES)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "linked").mkdir()
    put(tmp_path, **{"linked/config.yaml": config("seed", 0)})
    (tmp_path / "linked" / "tensorboard").symlink_to(tmp_path / "elsewhere")
    return tmp_path


def typed(*arguments, cwd):
    """What `rnnexp *arguments` did; the current folder is the first in which Python looks."""
    env = {**os.environ, "PYTHONPATH": f"{os.pathsep}{Path(rnnexp.__file__).parents[1]}"}
    return subprocess.run([*RNNEXP, *arguments], cwd=cwd, env=env, capture_output=True, text=True)


def left(stranger):
    """What is in the folder, but for what Python keeps of the modules that it has read."""
    return {path: content for path, content in tree(stranger).items() if path.suffix != ".pyc"}


COMMANDS = [
    ["resume", "run"],
    ["resume", "trusting"],
    ["resume", "linked"],
    ["resume", "swept"],
    ["train", "--config-dir=conf", "experiment=x"],
    ["train", "-m", "--config-dir=conf", "experiment=x"],
]


@pytest.mark.slow
def test_of_a_folder_that_tries_to_run_code_nothing_runs(stranger):
    before = left(stranger)
    for arguments in COMMANDS:
        shown = typed(*arguments, cwd=stranger)
        assert shown.returncode == 2, shown.stderr
        assert shown.stderr.startswith("rnnexp: ") and shown.stderr.count("\n") == 1, arguments
        assert left(stranger) == before, arguments


@pytest.mark.slow
def test_a_report_of_it_is_made_and_runs_nothing(stranger):
    make_run(stranger / "=1+cmd|' '!A0", summary={"error": "=1+1"}, diagnostics=False)
    before = left(stranger)
    shown = typed("report", ".", cwd=stranger)
    assert (shown.returncode, "Traceback" in shown.stderr) == (0, False), shown.stderr
    assert not (stranger / "ran").exists()
    assert before.items() <= left(stranger).items()
    tables = [path.read_text() for path in stranger.glob("**/report*/*.csv")]
    assert tables and not any(re.search(r'(^|,)"?=', text, re.MULTILINE) for text in tables)


@pytest.mark.slow
def test_a_sweep_begun_in_it_is_trained_by_rnnexp_alone(stranger):
    shown = typed("train", "-m", "seed=0", *TINY, "callbacks=none", cwd=stranger)
    assert shown.returncode == 0, shown.stderr
    assert not (stranger / "ran").exists()
    assert len(list(stranger.glob("outputs/sweeps/*/*/0_*/model.keras"))) == 1


@pytest.mark.slow
def test_what_is_trusted_on_the_command_line_runs(tmp_path):
    put(tmp_path, **{"mine.py": "import rnnexp.layers\nclass Cell(rnnexp.layers.GRU):\n    pass\n"})
    run = ["model.layer._target_=mine.Cell", *TINY, "callbacks=none", "hydra.run.dir=run"]
    refused = typed("train", *run, cwd=tmp_path)
    assert (refused.returncode, "trust=[mine]" in refused.stderr) == (2, True)
    shown = typed("train", "trust=[mine]", "trainer.epochs=2", *run, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    # The same, as if it had been killed.
    (tmp_path / "run" / "summary.json").unlink()
    refused = typed("resume", "run", cwd=tmp_path)
    assert (refused.returncode, "--trust mine" in refused.stderr) == (2, True)
    shown = typed("resume", "run", "--trust", "mine", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr


@pytest.mark.parametrize(
    ("path", "named", "left"),
    [
        (["", "/lib"], "", ["/lib"]),
        (["{here}", "/lib"], "", ["/lib"]),
        (["/lib", "{here}"], ":/lib", ["/lib"]),
        (["/lib", "."], ".:/lib:", ["/lib"]),
        (["{here}", "/lib"], "{here}", ["{here}", "/lib"]),
    ],
)
def test_nothing_is_imported_from_the_current_folder(path, named, left, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    monkeypatch.setenv("PYTHONPATH", named.format(here=tmp_path))
    monkeypatch.setattr(sys, "path", [entry.format(here=tmp_path) for entry in path])
    cli._drop_current_folder()
    assert sys.path == [entry.format(here=tmp_path) for entry in left]
    children = os.environ["PYTHONPATH"].split(os.pathsep)
    assert all(os.path.isabs(entry) for entry in children if entry != "" or len(children) > 1)
    assert os.environ["PYTHONSAFEPATH"]
