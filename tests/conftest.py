"""Settings for all tests."""

import signal

import keras
import pytest
from hypothesis import settings

# How long an example takes depends on the machine and says nothing of the code.
settings.register_profile("rnnexp", deadline=None)
settings.load_profile("rnnexp")

# A shell that starts tests in the background lets them, and all that they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def float32_again():
    """The precision is one for the whole process, and a test that sets it is not alone there."""
    yield
    keras.config.set_dtype_policy("float32")
