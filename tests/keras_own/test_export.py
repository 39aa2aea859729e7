"""Keras's tests of exported models pass when the models' layers are our units.

Run are those that ask `get_model` for a model of ordinary layers: it is given a model with two
recurrent layers instead. The others export layers of their own, or are of JAX. What the exported
programs compute in ONNX and LiteRT is tested in tests/laws.
"""

import keras
import pytest

from tests.keras_own.installed import loaded
from tests.units import UNITS, Unit, each_of

SAVED_MODEL = loaded("keras.src.export.saved_model_test")
KINDS = ("sequential", "functional", "subclass")
TESTS = {
    "ExportSavedModelTest": [
        *(f"test_standard_model_export_{kind}" for kind in KINDS),
        "test_input_signature_functional_backend_tensor",
    ],
    "ExportArchiveTest": [
        *(f"test_model_export_method_{kind}" for kind in KINDS),
        *(f"test_low_level_model_export_{kind}" for kind in KINDS),
        "test_low_level_model_export_with_alias",
        "test_endpoint_registration_tf_function",
    ],
}


def weights(unit: Unit) -> int:
    """How many weights a layer of the unit has."""
    layer = unit.layer(1)
    layer.build((None, None, 1))
    return len(layer.weights)


def recurrent(unit: Unit) -> list:
    """Layers that read the 10 features of Keras's tests as 5 timesteps of 2.

    With their seeds they have 6 variables that are trained and 2 that are not, as the tests count.
    """
    first, second = unit.layer(4, return_sequences=True), unit.layer(3, go_backwards=True)
    return [keras.layers.Reshape((5, 2)), first, second]


@pytest.fixture
def models_of(monkeypatch):
    """Has Keras's tests export models of a unit."""
    plain = SAVED_MODEL.get_model

    def choose(unit):
        def get_model(type="sequential", input_shape=(10,), layer_list=None):
            return plain(type, input_shape, layer_list or recurrent(unit))

        monkeypatch.setattr(SAVED_MODEL, "get_model", get_model)

    return choose


@pytest.mark.slow
@each_of([unit for unit in UNITS if weights(unit) == 3])
@pytest.mark.parametrize("kind", TESTS)
def test_models_of_every_unit_are_exported(unit, kind, models_of):
    models_of(unit)
    for name in TESTS[kind]:
        result = getattr(SAVED_MODEL, kind)(name).run()
        assert result.wasSuccessful() and not result.skipped, (name, result.failures, result.errors)
