"""A small file for every task that needs one, and what names it, by the name of its YAML."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.tasks.own.own_arrays import CLASSES, X
from tests.tasks.own.own_tables import hourly
from tests.tasks.real.small_downloads import known_file


def _arrays(folder: Path, _) -> list[str]:
    np.savez(folder / "my.npz", x=X, y=CLASSES)
    return [f"task.path={folder / 'my.npz'}"]


def _csv(folder: Path, _) -> list[str]:
    hourly(150).to_csv(folder / "my.csv", index=False)
    return [f"task.path={folder / 'my.csv'}", "task.target=wind", "task.date=time"]


def _text(folder: Path, _) -> list[str]:
    path = folder / "book.txt"
    path.write_text("Some words, and some more.\n" * 200, encoding="utf-8")
    return [f"task.path={path}"]


def _download(name: str) -> Callable[..., list[str]]:
    return lambda folder, monkeypatch: [f"task.path={known_file(folder, name, monkeypatch)}"]


NEEDED_FILES: dict[str, Callable[..., list[str]]] = {
    "arrays": _arrays,
    "csv": _csv,
    "text": _text,
    **{name: _download(name) for name in ("mnist", "cifar10", "imdb")},
}
