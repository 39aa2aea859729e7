"""Everything here op by op, in the fit too: compiling takes seconds for every new model."""

import pytest

from tests.uncompiled import uncompiled


@pytest.fixture(autouse=True)
def _uncompiled():
    with uncompiled():
        yield
