"""What Keras's TestCase leaves behind is put back."""

import keras
import pytest


@pytest.fixture(autouse=True)
def filtered_tracebacks():
    """Keras's own tests switch the filter off for the whole process."""
    yield
    keras.config.enable_traceback_filtering()
