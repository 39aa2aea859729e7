"""A small file for every task that needs one, by the name of its YAML."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.tasks.own_arrays import CLASSES, X
from tests.tasks.small_downloads import known_file


def _arrays(folder: Path, _) -> Path:
    path = folder / "my.npz"
    np.savez(path, x=X, y=CLASSES)
    return path


def _text(folder: Path, _) -> Path:
    path = folder / "book.txt"
    path.write_text("Some words, and some more.\n" * 200, encoding="utf-8")
    return path


def _download(name: str) -> Callable[..., Path]:
    return lambda folder, monkeypatch: known_file(folder, name, monkeypatch)


NEEDED_FILES: dict[str, Callable[..., Path]] = {
    "arrays": _arrays,
    "text": _text,
    **{name: _download(name) for name in ("mnist", "cifar10", "imdb")},
}
