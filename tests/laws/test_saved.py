"""Law: a saved model loads in a fresh process and gives the same numbers."""

import dataclasses
import inspect
import subprocess
import sys

import keras
import numpy as np
import pytest

from tests.units import EVERY_UNIT, EVERY_UNIT_OF_KERAS, UNITS, normal, randomise

T, D, M = 5, 2, 3

LOAD = """
import sys
import keras, numpy as np
import rnnexp.layers
folder = sys.argv[1]
x = np.load(folder + "/x.npy")
for number in range(int(sys.argv[2])):
    model = keras.models.load_model(f"{folder}/{number}.keras")
    np.save(f"{folder}/{number}.npy", model(x).numpy())
"""


def model(unit, rng):
    """A model with a layer of the unit, with weights that are nobody's default."""
    layer = unit.layer(M, dropout=0.2, seed=3)
    whole = keras.Sequential([keras.Input((T, D)), layer, keras.layers.Dense(1)])
    return randomise(whole, rng)


@pytest.mark.slow
def test_in_a_fresh_process(tmp_path):
    """All units in one process: starting it is what takes long."""
    rng = np.random.default_rng(41)
    x = normal(rng, 3, T, D)
    np.save(tmp_path / "x.npy", x)
    models = [model(unit, rng) for unit in UNITS]
    for number, saved in enumerate(models):
        saved.save(tmp_path / f"{number}.keras")
    command = [sys.executable, "-c", LOAD, str(tmp_path), str(len(models))]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for number, (unit, saved) in enumerate(zip(UNITS, models, strict=True)):
        loaded = np.load(tmp_path / f"{number}.npy")
        np.testing.assert_array_equal(loaded, saved(x).numpy(), err_msg=str(unit))


@EVERY_UNIT
def test_weights_files_fit_a_model_built_anew(unit, tmp_path):
    rng = np.random.default_rng(42)
    first, second = model(unit, rng), model(unit, rng)
    first.save_weights(tmp_path / "model.weights.h5")
    second.load_weights(tmp_path / "model.weights.h5")
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


ARGUMENTS = {
    "activation": "elu",
    "use_bias": False,
    "kernel_initializer": keras.initializers.RandomUniform(-0.1, 0.1, seed=1),
    "recurrent_initializer": keras.initializers.Orthogonal(0.5, seed=2),
    "bias_initializer": keras.initializers.Ones(),
    "kernel_regularizer": keras.regularizers.L2(0.1),
    "recurrent_regularizer": keras.regularizers.L1(0.2),
    "bias_regularizer": keras.regularizers.L2(0.3),
    "activity_regularizer": keras.regularizers.L2(0.4),
    "kernel_constraint": keras.constraints.MaxNorm(1.5),
    "recurrent_constraint": keras.constraints.NonNeg(),
    "bias_constraint": keras.constraints.UnitNorm(),
    "dropout": 0.25,
    "recurrent_dropout": 0.5,
    "seed": 17,
    "learn_initial_state": True,
    "residual": True,
    "zoneout": 0.15,
    "return_sequences": True,
    "return_state": True,
    "go_backwards": True,
    "stateful": True,
    "unroll": True,
    "zero_output_for_mask": True,
    "name": "named",
    "dtype": "float64",
    "trainable": False,
}
# Of one unit or a few, beside the fields of the equation that are numbers.
OWN = {
    "recurrent_activation": "hard_sigmoid",
    "feedback_activation": "softsign",
    "use_cudnn": False,
    "unit_forget_bias": False,
    "implementation": 1,
}
NUMBERS = {"step_size": 0.3, "diffusion": 0.2, "recurrent_bound": 0.9, "epsilon": 1e-3}
NUMBERS |= {"time_step": 0.1, "frequency": 1.5, "damping": 0.5, "beta": 0.4}
NUMBERS |= {"r_min": 0.1, "r_max": 0.8, "max_phase": 3.0}
OF_THE_LAYER = {
    "return_sequences",
    "return_state",
    "go_backwards",
    "stateful",
    "unroll",
    "zero_output_for_mask",
    "activity_regularizer",
    "use_cudnn",
}


def plain(value):
    """A configuration with its objects as what Keras would save of them."""
    return keras.saving.serialize_keras_object(value)


def given(unit, kind):
    """Every argument of the layer, or of the cell, at a value that is not its default."""
    arguments = {**ARGUMENTS, **OWN, **NUMBERS, **unit.arguments}
    made = unit.layer_class if kind == "layer" else unit.layer_class.cell_class
    known = [*inspect.signature(made).parameters, "zero_output_for_mask", "name", "dtype"]
    known = {*known, "trainable"} - (OF_THE_LAYER if kind == "cell" else set())
    return {name: value for name, value in arguments.items() if name in known}


@EVERY_UNIT
def test_every_field_of_the_equation_has_a_value_that_is_not_its_default(unit):
    """So that the tests below see whether it is kept."""
    fields = {field.name: field.default for field in dataclasses.fields(unit.equation)}
    assert set(fields) <= set(given(unit, "cell"))
    if not unit.arguments:
        cell = unit.cell(M, **{k: v for k, v in given(unit, "cell").items() if k in fields})
        assert all(getattr(cell, name) != default for name, default in fields.items())


@EVERY_UNIT_OF_KERAS
def test_no_argument_of_kerass_is_left_out_below(unit):
    theirs = set(inspect.signature(type(unit.keras(M)).__init__).parameters)
    assert theirs - {"self", "units", "kwargs"} <= {*given(unit, "layer"), "reset_after"}


@pytest.mark.parametrize("kind", ["layer", "cell"])
@EVERY_UNIT
def test_the_configuration_keeps_every_argument(unit, kind):
    arguments = given(unit, kind)
    original = getattr(unit, kind)(M, **arguments)
    config = original.get_config()
    kept = {k: plain(config.get(k)) for k in arguments if k != "dtype"}
    assert kept == {k: plain(v) for k, v in arguments.items() if k != "dtype"}
    again = type(original).from_config(config)
    assert plain(again.get_config()) == plain(config)
    assert again.dtype_policy.name == "float64"
    assert getattr(again, "cell", again).equation == getattr(original, "cell", original).equation


@EVERY_UNIT
def test_a_default_layer_is_rebuilt_as_it_is(unit):
    original = unit.layer(M)
    again = type(original).from_config(original.get_config())
    assert again.get_config() == original.get_config()
    assert again.cell.equation == original.cell.equation
