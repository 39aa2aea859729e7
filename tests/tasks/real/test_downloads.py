"""Data sets that Keras downloads: small files of their form, and what is said without a file."""

import inspect
import os
import pickle
import subprocess
import sys
import tarfile
from importlib import import_module

import numpy as np
import pytest

from rnnexp.tasks import CIFAR10, IMDB, MNIST
from rnnexp.tasks.checks import SPLITS
from tests.tasks.real.small_downloads import WORDS, known_file

CLASSES = {"mnist": MNIST, "cifar10": CIFAR10, "imdb": IMDB}
EVERY_DOWNLOAD = pytest.mark.parametrize("name", CLASSES)


@pytest.fixture
def path_of(tmp_path, monkeypatch):
    return lambda name: str(known_file(tmp_path, name, monkeypatch))


def all_of(task, *splits) -> set[tuple[bytes, int]]:
    """The inputs and the class of every example, as the file has them."""
    parts = [task.stored(split) for split in splits]
    return {(x.tobytes(), int(y)) for part in parts for x, y in zip(part.x, part.y, strict=True)}


@EVERY_DOWNLOAD
def test_validation_is_a_tenth_of_the_training_examples_of_the_file(name, path_of):
    task = CLASSES[name](path=path_of(name))
    assert task.size("validation") == 3
    assert task.size("train") == 27
    assert len(all_of(task, *SPLITS)) == sum(len(all_of(task, split)) for split in SPLITS)


def test_mnist_is_the_images_of_the_file_row_after_row(path_of):
    task = MNIST(path=path_of("mnist"))
    with np.load(task.path) as arrays:
        images, digits = arrays["x_test"], arrays["y_test"]
        whole = zip(arrays["x_train"], arrays["y_train"], strict=True)
        assert all_of(task, "train", "validation") == {(x.tobytes(), int(y)) for x, y in whole}
    x, y, _, _ = task.batch("test", 0, 0, 8)
    np.testing.assert_allclose(x[..., 0], images.reshape(8, 784) / 255, rtol=1e-6)
    np.testing.assert_array_equal(y, digits)


def test_cifar10_has_the_three_colours_of_every_pixel(path_of):
    task = CIFAR10(path=path_of("cifar10"))
    with tarfile.open(task.path) as archive:
        batch = pickle.load(archive.extractfile("cifar-10-batches-py/test_batch"), encoding="bytes")
    x, y, _, _ = task.batch("test", 0, 0, 6)
    assert y.tolist() == batch[b"labels"]
    for image, numbers in zip(x, batch[b"data"], strict=True):
        red, green, blue = numbers[:1024], numbers[1024:2048], numbers[2048:]
        for pixel in range(1024):
            expected = [red[pixel] / 255, green[pixel] / 255, blue[pixel] / 255]
            assert image[pixel].tolist() == pytest.approx(expected)


@pytest.mark.parametrize("words", [5, WORDS])
def test_imdb_has_the_last_words_of_every_review_and_then_padding(words, path_of):
    task = IMDB(path=path_of("imdb"), length=9, words=words)
    with np.load(task.path, allow_pickle=True) as arrays:
        reviews, opinions = arrays["x_test"], arrays["y_test"]
    x, y, _, _ = task.batch("test", 0, 0, 8)
    assert y.tolist() == opinions.tolist()
    for tokens, review in zip(x.tolist(), reviews, strict=True):
        expected = [rank + 1 if rank <= words else 1 for rank in review][-9:]
        assert tokens == expected + [0] * (9 - len(expected))
    assert x.max() < task.inputs.size


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_rows_and_permuted_pixels_are_the_same_numbers(name, path_of):
    path = path_of(name)

    def drawn(**settings):
        task = CLASSES[name](path=path, **settings)
        batch = task.batch("test", 0, 0, 6)
        assert batch.x.shape == (6, task.length, task.inputs.size)
        assert len(set(task.input_names)) == task.inputs.size
        assert (batch.x.dtype, batch.y.dtype) == (np.float32, np.int32)
        return batch.x

    pixels, permuted = drawn(), drawn(permute=True)
    for one, other in ((pixels, drawn(order="row")), (permuted, drawn(order="row", permute=True))):
        np.testing.assert_array_equal(one.reshape(6, -1), other.reshape(6, -1))
    assert not np.array_equal(pixels, permuted)
    whole, moved = (sorted(map(bytes, x.transpose(1, 0, 2))) for x in (pixels, permuted))
    assert whole == moved


@EVERY_DOWNLOAD
def test_the_baseline_is_the_most_frequent_class_of_training_on_the_test(name, path_of):
    task = CLASSES[name](path=path_of(name))
    classes = task.stored("train").y.tolist()
    frequent = min(c for c in classes if classes.count(c) == max(map(classes.count, classes)))
    test = task.stored("test").y.tolist()
    assert task.baseline == test.count(frequent) / len(test)


@EVERY_DOWNLOAD
def test_another_file_is_not_read(name, tmp_path):
    path = tmp_path / "other"
    path.write_bytes(pickle.dumps({"anything": 1}))
    with pytest.raises(ValueError, match=r"other has the SHA-256 .*, expected .*: set path to an"):
        CLASSES[name](path=str(path)).stored("train")


@EVERY_DOWNLOAD
def test_a_copy_that_is_not_there_is_said_at_once(name, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"expected one: set for instance path="):
        CLASSES[name](path=str(tmp_path / "nowhere"))


@pytest.mark.slow
@EVERY_DOWNLOAD
def test_the_file_is_the_one_that_keras_downloads(name):
    import keras

    source = inspect.getsource(getattr(keras.datasets, name).load_data)
    file = import_module(f"rnnexp.tasks.real.{name}").FILE
    assert file.sha256 in source
    folder, _, last = file.origin.rpartition("/")
    assert folder in source
    assert last in source
    assert file.cached.removesuffix("_archive") in source or file.cached == last


@pytest.mark.slow
@EVERY_DOWNLOAD
def test_without_a_network_both_ways_are_said(name, tmp_path):
    nowhere = "http://127.0.0.1:9"  # the port that discards, where nothing listens
    program = f"import rnnexp.tasks; rnnexp.tasks.{CLASSES[name].__name__}().stored('train')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_HOME": str(tmp_path), "https_proxy": nowhere},
        check=False,
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("OSError: https://")
    assert "cannot be downloaded (URL fetch failure" in last
    assert "run this once with a network, or fetch the file elsewhere and set task.path=" in last
