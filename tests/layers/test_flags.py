"""Arguments that are true or false."""

import numpy as np
import pytest

from rnnexp import layers


@pytest.mark.parametrize("kind", [layers.GRU, layers.GRUCell, layers.MGU, layers.SimpleRNN])
@pytest.mark.parametrize("name", ["use_bias", "learn_initial_state", "residual"])
def test_a_text_is_refused_because_it_would_be_true(kind, name):
    with pytest.raises(ValueError, match=f"{name} is 'flase'; expected True or False"):
        kind(3, **{name: "flase"})


def test_so_it_is_for_the_place_of_the_reset_gate():
    with pytest.raises(ValueError, match="reset_after is 'flase'; expected True or False"):
        layers.GRU(3, reset_after="flase")


@pytest.mark.parametrize("value", [True, 1, np.True_])
def test_what_python_counts_as_true_is_true(value):
    assert layers.GRU(3, residual=value).residual is True
