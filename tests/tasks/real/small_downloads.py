"""Small files in the form of those that `keras.datasets` downloads."""

import hashlib
import io
import pickle
import tarfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np

WORDS = 60


def mnist(rng: np.random.Generator) -> bytes:
    parts = {}
    for part, number in (("train", 30), ("test", 8)):
        parts[f"x_{part}"] = rng.integers(0, 256, (number, 28, 28), dtype=np.uint8)
        parts[f"y_{part}"] = rng.integers(0, 10, number, dtype=np.uint8)
    return npz(parts)


def cifar10(rng: np.random.Generator) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
            batch = {
                b"data": rng.integers(0, 256, (6, 3072), dtype=np.uint8),
                b"labels": rng.integers(0, 10, 6).tolist(),
            }
            data = pickle.dumps(batch, protocol=2)
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def imdb(rng: np.random.Generator) -> bytes:
    parts = {}
    for part, number in (("train", 30), ("test", 8)):
        reviews = np.empty(number, dtype=object)
        for row in range(number):
            reviews[row] = rng.integers(1, WORDS, rng.integers(1, 20)).tolist()
        parts[f"x_{part}"] = reviews
        parts[f"y_{part}"] = rng.integers(0, 2, number)
    return npz(parts)


def npz(parts: dict[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **parts)
    return file.getvalue()


def known_file(folder: Path, name: str, monkeypatch) -> Path:
    """Write a small file of a data set, which the task then takes for the published one."""
    module = import_module(f"rnnexp.tasks.real.{name}")
    data = globals()[name](np.random.default_rng(0))
    path = folder / Path(module.FILE.origin).name
    path.write_bytes(data)
    known = replace(module.FILE, sha256=hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(module, "FILE", known)
    return path
