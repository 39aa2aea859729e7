"""A report is written whole or not at all, and only where it was asked for."""

import os
import resource
import signal
import subprocess

import pytest

from rnnexp.cli import main
from rnnexp.config.errors import UserError
from rnnexp.report.write.output import check_output_folder, write_files
from tests.command import RNNEXP, environment
from tests.report.folders import make_run

FILES = {
    "index.html": "<html>",
    "groups.csv": "a\n",
    "figures/a.svg": "<svg>",
    "figures/a.png": b"\0",
}


def everything(folder):
    """What there is below a folder, with what stands in it."""
    return {
        path: path.read_bytes() if path.is_file() else path.is_symlink()
        for path in sorted(folder.rglob("*"))
    }


def refused(arguments, capsys):
    """The one line by which the command refuses."""
    assert main(["report", *map(str, arguments)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    return said.err


@pytest.mark.parametrize(
    "name", ["report", "report/figures", "report/index.html", "report/runs.csv"]
)
@pytest.mark.parametrize("leads", ["folder", "file", "nowhere"])
def test_nothing_is_written_through_a_link(name, leads, tmp_path, capsys):
    make_run(tmp_path / "runs", diagnostics=False)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    place = tmp_path / "runs" / name
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(tmp_path / leads)
    before = everything(tmp_path)
    said = refused([tmp_path / "runs"], capsys)
    assert f"{place}: is a link" in said
    assert everything(tmp_path) == before


def test_a_figure_that_is_a_link_is_found_too(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "a.svg").symlink_to("/dev/null")
    with pytest.raises(UserError, match="is a link"):
        write_files(tmp_path, FILES)
    assert list(tmp_path.iterdir()) == [tmp_path / "figures"]


def test_it_puts_all_files_and_leaves_others_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    write_files(tmp_path / "out", FILES)
    write_files(tmp_path / "out", FILES)
    found = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*")}
    assert found == {*FILES, "notes.txt"}


@pytest.mark.parametrize("place", ["file", "file/below", "/dev/full", "loop/below"])
def test_a_place_that_is_no_folder_is_seen_before(place, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UserError, match=r"(file|full|loop): .*not a folder; .*--out FOLDER"):
        check_output_folder(tmp_path / place)


@pytest.mark.parametrize("name", ["index.html", "figures/a.svg"])
def test_a_folder_in_the_place_of_a_file_leaves_all_others(name, tmp_path):
    (tmp_path / "out" / name).mkdir(parents=True)
    before = everything(tmp_path)
    with pytest.raises(UserError, match="is a folder"):
        write_files(tmp_path / "out", FILES)
    assert everything(tmp_path) == before


def test_where_a_file_cannot_be_put_none_is(tmp_path):
    (tmp_path / "out" / "figures").mkdir(parents=True)
    with pytest.raises(UserError, match="cannot be written"):
        write_files(tmp_path / "out", {**FILES, "figures/" + "x" * 300: "too long"})
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "figures"]


def test_a_full_disk_is_one_line_and_an_earlier_report_stays(tmp_path):
    """Full after so many bytes of a file, as the kernel can say it of any process."""
    make_run(tmp_path / "runs", diagnostics=False)
    (tmp_path / "runs" / "report").mkdir()
    (tmp_path / "runs" / "report" / "index.html").write_text("an earlier one")
    found = everything(tmp_path)

    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    process = subprocess.run(
        [*RNNEXP, "report", "runs"],
        cwd=tmp_path,
        env={**environment(), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=full,
        capture_output=True,
        text=True,
    )
    assert (process.returncode, process.stdout, process.stderr.count("\n")) == (2, "", 1)
    assert "the report cannot be written: File too large" in process.stderr
    assert everything(tmp_path) == found


def test_what_was_made_for_it_is_removed_again(tmp_path):
    with pytest.raises(UserError):
        write_files(tmp_path / "a" / "b", {"x" * 300: "too long"})
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_where_nothing_may_be_written(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o555)
    with pytest.raises(UserError, match="nothing may be written"):
        check_output_folder(tmp_path / "closed" / "out")
