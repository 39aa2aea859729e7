"""The GRU's own argument."""

import pytest

from rnnexp.layers import GRU, GRUCell


@pytest.mark.parametrize("kind", [GRU, GRUCell])
def test_an_unknown_reading_of_the_update_gate_is_refused(kind):
    with pytest.raises(ValueError, match=r"'old'.*'new'.*'keep'"):
        kind(3, update_gate="old")


def test_the_default_is_the_lectures():
    layer = GRU(3)
    assert (layer.update_gate, layer.reset_after) == ("new", False)
