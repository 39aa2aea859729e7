"""`rnnexp explain`: every unit, in every form, at once and by every name."""

import json
import subprocess
import sys
import time
from html.parser import HTMLParser

import pytest

from rnnexp.cli import main
from rnnexp.commands.explain import parse
from rnnexp.config.errors import UserError
from rnnexp.explain.units import plain, read
from tests.command import RNNEXP, command, environment

UNITS = {unit.name: unit for unit in read()}
OWN = """
from dataclasses import dataclass

from keras import activations, ops

from rnnexp.equations import Equation, Neuron
from rnnexp.layers import EquationLayer


@dataclass(frozen=True)
class Half(Equation):
    \"\"\"Somebody (2030), a unit that keeps half.\"\"\"

    @property
    def neurons(self):
        return (Neuron("candidate", activations.tanh, "candidate"),)

    def step(self, candidate, h):
        return 0.5 * h + candidate(h)


@dataclass(frozen=True)
class Rolled(Half):
    def step(self, candidate, h):
        return candidate(ops.roll(h, 1, axis=-1))


class HalfLayer(EquationLayer, equation=Half):
    pass


number = 3
"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A current folder with a unit of one's own, and a terminal of 80 columns."""
    (tmp_path / "own_half.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.mark.parametrize("name", UNITS)
def test_every_unit_is_explained_in_80_columns(name, desk, capsys):
    assert main(["explain", name, "--inputs", "3", "--units", "7", "--beside", "lstm"]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    words = " ".join(shown.split())
    unit = UNITS[name]
    for told in (unit.citation, unit.purpose, unit.pitfalls, unit.mixture, *unit.equations):
        assert " ".join(told.split()) in words
    assert f"{unit.parameters.at(3, 7):,}" in words
    for neuron in unit.neurons:
        assert neuron.concatenation.split(";")[0] in words


def test_a_unit_beside_itself_is_there_once(desk, capsys):
    assert main(["explain", "gru", "--beside", "GRU"]) == 0
    assert capsys.readouterr().out.count("ratio") == 1


@pytest.mark.parametrize("spelling", ["GRU", "gru", "Gru", "g_r_u"])
def test_a_name_is_taken_in_any_spelling(spelling, desk, capsys):
    assert main(["explain", spelling]) == 0
    assert capsys.readouterr().out.startswith("GRU\n")


@pytest.mark.parametrize("name", ["KeepGRU", "ResetAfterGRU", "KeepResetAfterGRU", "ind_rnn"])
def test_readings_and_files_have_names(name, desk, capsys):
    assert main(["explain", name]) == 0
    assert plain(capsys.readouterr().out.partition("\n")[0]) == plain(name)


def test_without_a_unit_all_are_listed(desk, capsys):
    assert main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[: len(UNITS)]] == list(UNITS)
    assert max(map(len, lines)) <= 80


def test_json_holds_what_the_text_says(desk, capsys):
    assert main(["explain", "gru", "--json", "--inputs=2", "--units=5", "--beside", "lstm"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["unit"]["keeps"] == "1 - z"
    assert found["unit"]["numbers"]["parameters"] == 3 * (2 * 5 + 5 * 5 + 5)
    assert found["unit"]["numbers"]["weights"]["W_hz"] == 25
    assert found["unit"]["ratios"] == {"parameters": "3×", "products": "3×"}
    assert (found["simple"]["name"], found["beside"]["name"]) == ("SimpleRNN", "LSTM")


class Page(HTMLParser):
    """What a page refers to, and the tags that it opens and does not close."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.refers = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.refers += [value for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["GRU", "SLSTM"])
def test_the_page_stands_alone(name, desk, capsys):
    assert main(["explain", name, "--html", "page.html"]) == 0
    text = (desk / "page.html").read_text(encoding="utf-8")
    page = Page(text)
    assert (page.open, page.refers) == ([], [])
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert "url(" not in text
    assert "(r ⊙ h_{t-1}) W_hc" in text or name != "GRU"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["gruu"], "did you mean gru?"),
        (["gru", "--beside", "lsmt"], "did you mean lstm?"),
        (["GRUU"], "did you mean gru?"),
        (["quantum"], "`rnnexp explain` lists all units"),
        ([":Half", "--trust", "own_half"], "expected module:Class"),
        (["gru", "--units", "3"], "--inputs D and --units M together"),
        (["gru", "--units", "0", "--inputs", "1"], "above 0"),
        (["gru", "--json", "--check"], "one of --check, --html and --json"),
        (["--json"], "expected a UNIT"),
        (["gru", "--colour"], "--colour"),
        (["gru", "lstm"], "expected one UNIT, got gru and lstm; compare with --beside"),
        (["gru", "--html", "no/page.html"], "no/page.html"),
        (["own_half:Half"], "--trust own_half"),
        (["own_half:Haf", "--trust", "own_half"], "did you mean Half?"),
        (["own_half:number", "--trust", "own_half"], "got 3"),
        (["nothing_here:Half", "--trust", "nothing_here"], "nothing_here"),
        (["own_half:Rolled", "--trust", "own_half", "--check"], "roll"),
    ],
)
def test_a_mistake_is_one_line(arguments, expected, desk, capfd):
    assert main(["explain", *arguments]) == 2
    line = capfd.readouterr().err
    assert line.startswith("rnnexp: ")
    assert line.count("\n") == 1
    assert expected in line


def test_untrusted_code_does_not_run(desk, capfd):
    (desk / "own_evil.py").write_text("raise SystemExit(9)")
    assert main(["explain", "own_evil:Unit"]) == 2


@pytest.mark.parametrize("kind", ["Half", "HalfLayer"])
def test_a_unit_of_ones_own(kind, desk, capsys):
    assert main(["explain", f"own_half:{kind}", "--trust", "own_half"]) == 0
    shown = capsys.readouterr().out
    assert "h_t = 0.5 ⊙ h_{t-1} + candidate" in shown
    assert "a fixed share of h_{t-1}, 0.5, is kept" in " ".join(shown.split())
    assert main(["explain", f"own_half:{kind}", "--trust", "own_half", "--check"]) == 0
    assert "They agree." in capsys.readouterr().out


def test_a_check_that_fails_has_exit_code_1(desk, capsys, monkeypatch):
    monkeypatch.setattr("rnnexp.explain.checking.TOLERANCE", 0.0)
    assert main(["explain", "lstm", "--check"]) == 1
    assert "They do NOT agree." in capsys.readouterr().out


def test_an_ascii_terminal_is_no_failure(tmp_path):
    shown = subprocess.run(
        [*RNNEXP, "explain", "gru"],
        cwd=tmp_path,
        env={**environment(), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert (shown.returncode, shown.stderr) == (0, b"")
    text = shown.stdout.decode("ascii")
    assert "h_t = (1 - z) * h_{t-1} + z * candidate" in text
    assert "\\u" not in text


def test_it_takes_a_moment(tmp_path):
    def seconds():
        start = time.perf_counter()
        assert command("explain", "gru", "--beside", "lstm", cwd=tmp_path).returncode == 0
        return time.perf_counter() - start

    # About 0.1 s on a machine that does nothing else; the import of Keras alone takes 5 s.
    assert min(seconds() for _ in range(3)) < 1.5


def test_nothing_slow_is_imported(tmp_path):
    script = (
        "import sys; from rnnexp.cli import main; assert main(['explain', 'gru']) == 0;"
        "sys.exit(', '.join({'tensorflow', 'keras', 'hydra', 'numpy'} & set(sys.modules)) or 0)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True
    )
    assert (shown.returncode, shown.stderr) == (0, "")


def test_help(capsys):
    with pytest.raises(SystemExit) as ended:
        parse(["--help"])
    assert ended.value.code == 0
    assert "module:Class" in capsys.readouterr().out


def test_no_two_units_have_one_name():
    taken = {}
    for unit in UNITS.values():
        for name in {plain(name) for name in (unit.name, *unit.models)}:
            assert taken.setdefault(name, unit.name) == unit.name


def test_options_without_a_unit_are_a_mistake():
    with pytest.raises(UserError, match="UNIT"):
        parse(["--units", "3", "--inputs", "3"])
