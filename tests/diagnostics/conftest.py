"""Everything here in float64, so that two ways to a number agree to its last digits."""

import keras
import pytest

from tests.uncompiled import uncompiled


@pytest.fixture(autouse=True)
def _double_precision():
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)


@pytest.fixture(autouse=True)
def _uncompiled():
    """Compiling takes a second for every new shape."""
    with uncompiled():
        yield
