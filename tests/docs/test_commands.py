"""Every command of the pages is given to bash, and what bash makes of it to the command itself."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec

import numpy as np
import pytest

from rnnexp.commands import bench, explain, paper, report, resume, train_arguments
from rnnexp.config.check import check
from rnnexp.config.compose import compose, search_path
from rnnexp.sweeps.grid import grid
from rnnexp.sweeps.grid import parse as swept
from rnnexp.sweeps.loader import Loader
from rnnexp.sweeps.plan import plan
from tests.command import RNNEXP, environment
from tests.docs.pages import PROGRAMS, ROOT, commands, overrides

TYPED, OVERRIDES = commands(), overrides()
LEFT_OUT = {
    "rnnexp train task=majority task.length=11": "the reader writes the task first",
    "rnnexp train --config-dir mine model=update_gate_rnn 'trust=[my_units]' "
    "task=first_token task.length=20": "the reader writes the unit and its YAML first",
}
"""What no check can take as it stands, and why."""

VALUES_LEFT_OUT = {
    "…": "something is to be put there",
    "model=wide": "a file that the reader is to write",
    "hydra/launcher=ray": "asks for packages that constraints.txt has not",
}

FOLDERS = ("mine/other_runs", "outputs/adding/1_model=gru_task.length=100", "outputs/runs")
"""What a reader has by then: a pattern that nothing matches is told, as zsh would."""

_STUB = """\
#!/bin/sh
for argument in "$@"; do printf '%s\\0' "$argument"; done
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A folder where a reader stands, and the PATH of someone whose programs tell what they got."""
    place = tmp_path_factory.mktemp("reader")
    for folder in FOLDERS:
        (place / folder).mkdir(parents=True)
    programs = tmp_path_factory.mktemp("bin")
    for name in PROGRAMS:
        (programs / name).write_text(_STUB)
        (programs / name).chmod(0o755)
    return place, f"{programs}{os.pathsep}{os.environ['PATH']}"


def arguments(text, reader):
    """What bash hands to the program; fails where it can make nothing of the text."""
    place, path = reader
    asked = ["bash", "-O", "failglob", "-c", text]
    told = subprocess.run(
        asked, cwd=place, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert (told.returncode, told.stderr) == (0, "")
    return told.stdout.split("\0")[:-1]


def test_there_are_commands_on_every_page_that_shows_some():
    """So that a page whose blocks are no longer found is told."""
    places = {typed.place.partition(":")[0] for typed in TYPED}
    assert {"README.md", "CONTRIBUTING.md", "docs/resume.md", "docs/tensorboard.md"} < places
    assert {"docs/report.md", "docs/sweeps.md"} < places
    assert {typed.text for typed in TYPED} >= set(LEFT_OUT)


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: typed.place)
def test_bash_and_the_command_take_it(typed, reader, tmp_path, monkeypatch):
    program = typed.text.split()[0]
    given = arguments(typed.text, reader)
    if typed.text not in LEFT_OUT:
        (tmp_path / "mine").mkdir()
        write_own_data(tmp_path)
        monkeypatch.chdir(tmp_path)
        {
            "make": takes_make,
            "pip": takes_pip,
            "python": takes_python,
            "rnnexp": takes_rnnexp,
            "tensorboard": takes_tensorboard,
        }[program](given)


def write_own_data(folder):
    """The files that docs/own_data.md lets a reader write, as small ones."""
    x = np.arange(60.0).reshape(20, 3, 1)
    np.savez(folder / "my.npz", x=x, y=np.arange(20) % 2)
    rows = [f"2024-03-{d:02} {h:02}:00,{h},{d},clear" for d in range(1, 20) for h in range(24)]
    (folder / "weather.csv").write_text("\n".join(["time,temperature,wind,sky", *rows]))


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
@pytest.mark.parametrize("typed", OVERRIDES, ids=lambda typed: typed.place)
def test_bash_and_the_command_take_every_value_named_in_a_sentence(typed, reader, monkeypatch):
    text = typed.text
    monkeypatch.chdir(reader[0])
    if any(part in text for part in VALUES_LEFT_OUT):
        return
    needs = "hydra/launcher=joblib " if text.startswith("hydra.launcher.n_jobs") else ""
    many = "-m " if "hydra" in text or "," in text.partition("[")[0] or "(" in text else ""
    takes_rnnexp(arguments(f"rnnexp train {many}{needs}{text}", reader))


def takes_rnnexp(given):
    command, *rest = given
    if command == "train":
        asked = train_arguments.parse(rest)
        if asked.shows:
            return
        if any("sweeper" in override for override in asked.overrides):
            plan(asked.overrides, asked.config_dir, again=False)
        elif asked.sweep:
            loader = Loader(search_path(asked.config_dir))
            settings = loader.master(asked.overrides).hydra
            jobs = grid(swept(settings.overrides.task, loader))
            assert len(jobs) > 1 or settings.overrides.hydra
            for job in (jobs[0], jobs[-1]):
                check(compose(job, asked.config_dir))
        else:
            check(compose(asked.overrides, asked.config_dir))
    else:
        parse = {
            "resume": resume.parse,
            "report": report.parse,
            "bench": bench.parse,
            "explain": explain.parse,
            "paper": paper.parse,
        }
        assert parse[command](rest)


def takes_make(given):
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert set(given) <= set(targets.split())


def takes_pip(given):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    install, package = given
    name, extra = re.fullmatch(r"(\w+)\[(\w+)\]", package).groups()
    assert (install, name) == ("install", extras["name"])
    assert extra in extras["optional-dependencies"]


def takes_python(given):
    if given[0] == "-m":
        assert find_spec(given[1])
    else:
        assert (ROOT / given[0]).is_file()


def takes_tensorboard(given):
    assert len(given) == 2
    assert given[0] == "--logdir"


@pytest.mark.parametrize("text", ["rnnexp train -m seed=range(8)", "rnnexp train a=[b,c]"])
def test_what_needs_quotes_is_noticed(text, reader):
    with pytest.raises(AssertionError):
        arguments(text, reader)


@pytest.mark.slow
def test_the_commands_of_the_readme_that_take_a_minute_or_less(tmp_path):
    """The gates' picture and the first lines of what to type next, in bash and for real."""
    for name, words in {"rnnexp": RNNEXP, "python": [sys.executable]}.items():
        (tmp_path / name).write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        (tmp_path / name).chmod(0o755)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    wanted = ("task.length=20", "experiment=re", "gates.py", "report outputs ", "train --help")
    typed = [
        one.text
        for one in TYPED
        if one.place.startswith("README.md") and any(part in one.text for part in wanted)
    ]
    assert len(typed) == 6
    for text in sorted(typed, key=lambda text: "report" in text):
        told = subprocess.run(
            ["bash", "-c", text],
            cwd=tmp_path,
            env={**environment(), "PATH": path},
            capture_output=True,
            text=True,
        )
        assert told.returncode == 0, told.stderr
    assert (tmp_path / "gates.png").stat().st_size > 1000
    assert (tmp_path / "outputs" / "report" / "index.html").exists()
