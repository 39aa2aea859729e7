"""Where the commands are tried on files from elsewhere."""

import sys

import pytest

from tests.commands.foreign import EVIL


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A current folder from which `evil` could be imported, if anything tried."""
    (tmp_path / "evil.py").write_text(EVIL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    monkeypatch.setenv("HYDRA_FULL_ERROR", "0")
    monkeypatch.setenv("SECRET", "a password")
    return tmp_path
