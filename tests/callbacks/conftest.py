"""Everything here op by op, in the fit too: compiling takes seconds for every new model."""

import keras
import pytest

from tests.uncompiled import uncompiled


@pytest.fixture(autouse=True)
def _uncompiled():
    with uncompiled():
        yield


@pytest.fixture(autouse=True)
def _seeded():
    keras.utils.set_random_seed(2)
