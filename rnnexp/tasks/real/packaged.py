"""Data that come with an installed package."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def data_of(package: str, what: str) -> Iterator[None]:
    """Say how to mend it if the data of a package cannot be read inside the `with` block.

    Args:
        package: The name under which the package is installed.
        what: The data, in words, in the plural.

    Raises:
        OSError: The package or its data file is missing or damaged.
    """
    try:
        yield
    except (ImportError, OSError, EOFError, LookupError, ValueError, zlib.error) as error:
        raise OSError(
            f"{what} cannot be read ({type(error).__name__}: {error}), expected the complete "
            f"data file of {package}: reinstall it with pip install --force-reinstall --no-deps "
            f"{package}"
        ) from error
