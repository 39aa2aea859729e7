"""The LRU's own initial values, and its state as a complex number."""

import keras
import numpy as np
import pytest

from rnnexp.equations import LRU as Equation
from rnnexp.layers import LRU
from tests.units import normal

M = 2000


def drawn(**arguments):
    """|λ|, θ and γ of a layer before training."""
    layer = LRU(M, dtype="float64", **arguments)
    layer.build((1, None, 2))
    own = {name: weight.numpy() for name, weight in layer.cell.own_vectors.items()}
    nu, gamma = np.exp(np.split(own["log_nu_gamma"], 2))
    return np.exp(-nu), np.exp(own["log_theta"]), gamma


@pytest.mark.parametrize(("r_min", "r_max", "max_phase"), [(0.0, 1.0, 6.28), (0.4, 0.9, 0.314)])
def test_lambda_is_uniform_in_the_ring(r_min, r_max, max_phase):
    """Its area, and its phase: Kolmogorov and Smirnov's distance at the level 1e-6."""
    keras.utils.set_random_seed(0)
    size, phase, _ = drawn(r_min=r_min, r_max=r_max, max_phase=max_phase)
    area = (size**2 - r_min**2) / (r_max**2 - r_min**2)
    steps = np.arange(M + 1) / M
    for uniform in (np.sort(area), np.sort(phase / max_phase)):
        distance = max(abs(uniform - steps[1:]).max(), abs(uniform - steps[:-1]).max())
        assert distance < 2.7 / np.sqrt(M)
    assert abs(np.corrcoef(area, phase)[0, 1]) < 5 / np.sqrt(M)


def test_gamma_makes_up_for_the_size_of_the_drawn_lambda():
    size, _, gamma = drawn()
    np.testing.assert_allclose(gamma, np.sqrt(1 - size**2), rtol=1e-6)


def test_two_layers_are_drawn_apart_and_a_seed_repeats_them():
    keras.utils.set_random_seed(3)
    one, other = drawn(), drawn()
    keras.utils.set_random_seed(3)
    again = drawn()
    assert abs(one[0] - other[0]).max() > 0.1
    assert abs(one[1] - other[1]).max() > 0.1
    for array, repeated in zip(one, again, strict=True):
        np.testing.assert_array_equal(array, repeated)


def test_its_initializers_are_saved_with_their_arguments():
    for vector in Equation(r_min=0.2, r_max=0.7, max_phase=1.5).vectors:
        initializer = keras.initializers.get(vector.initializer)
        again = keras.initializers.get(keras.initializers.serialize(initializer))
        assert (
            again.get_config()
            == initializer.get_config()
            == vector.initializer["config"] | {"seed": None}
        )


def test_without_inputs_the_state_turns_by_its_phase_and_shrinks_by_its_size():
    """After T steps it is λ^T times the first one."""
    T = 7
    layer = LRU(M, dtype="float64", use_bias=False, return_state=True)
    rng = np.random.default_rng(1)
    y, re, im = (normal(rng, 3, M, dtype="float64") for _ in range(3))
    _, _, *after = layer(np.zeros((3, T, 2)), initial_state=[y, re, im])
    own = {name: weight.numpy() for name, weight in layer.cell.own_vectors.items()}
    re_T, im_T = (state.numpy() for state in after)
    factor = np.exp(T * (-np.exp(own["log_nu_gamma"][:M]) + 1j * np.exp(own["log_theta"])))
    np.testing.assert_allclose(re_T + 1j * im_T, factor * (re + 1j * im), atol=1e-10)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"r_min": 0.9, "r_max": 0.9}, "expected r_min below r_max"),
        ({"r_max": 1.1}, "r_max at most 1"),
        ({"r_min": -0.1}, "r_min is -0.1; expected a finite number, at least 0"),
        ({"max_phase": 0}, "max_phase is 0; expected a finite number, more than 0"),
    ],
)
def test_a_ring_that_is_none_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        LRU(4, **arguments)
