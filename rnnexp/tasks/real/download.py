"""A file that `keras.datasets` downloads, or a copy of it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Download:
    """A file on the internet, known by its checksum.

    Attributes:
        origin: Its address.
        cached: Its name in Keras's folder of downloads, `~/.keras/datasets`.
        sha256: The SHA-256 of its contents.
    """

    origin: str
    cached: str
    sha256: str

    def contents(self, path: str | None) -> bytes:
        """Return the contents of a local copy, or of the download.

        Some of these files hold pickles, which run code when they are read. So no file is read
        that is not exactly the known one.

        Args:
            path: The local copy. None takes the file from Keras's folder, after a download if it
                is not there.

        Raises:
            OSError: The file is not there, or cannot be downloaded.
            ValueError: It is another file.
        """
        found = self._downloaded() if path is None else Path(path)
        data = found.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 != self.sha256:
            raise ValueError(
                f"{found} has the SHA-256 {sha256}, expected {self.sha256}: set path to an "
                f"unchanged copy of {self.origin}"
            )
        return data

    def _downloaded(self) -> Path:
        import keras  # the import takes seconds, and a copy does not need it

        try:
            path = keras.utils.get_file(self.cached, self.origin, file_hash=self.sha256)
        except Exception as error:  # Keras raises nothing narrower for a failed download
            raise OSError(
                f"{self.origin} cannot be downloaded ({error}), expected a network or a copy of "
                "the file: run this once with a network, or fetch the file elsewhere and set "
                f"task.path={self.origin.rpartition('/')[2]}"
            ) from error
        return Path(path)
