"""Keras's own tests, from the installed Keras, with our layers in the place of its own.

No code of theirs is copied: a module of tests is loaded a second time, under no name, and what its
functions find as `layers` is Keras's namespace with our six classes in it.

Left out of the folder keras/src/layers/rnn, and why:

- `conv_lstm_test`, `conv_lstm1d_test`, `conv_lstm2d_test`, `conv_lstm3d_test`: rnnexp has no
  convolutional unit.
- The two tests named `test_torch_…`: of Keras's PyTorch backend, on which the layers' loop does not
  run. Keras skips them itself on TensorFlow.

- `test_fused_lstm_eligibility` and `test_fused_gru_eligibility` of `bidirectional_test`: whether
  Keras's wrapper takes the weights of its own LSTM and GRU for a routine that runs both directions
  at once. It asks for Keras's classes. Ours are others, and a GRU whose z = 1 is the candidate must
  not be taken for Keras's.

`rnn_test`, `dropout_rnn_cell_test` and `time_distributed_test` name none of our classes. They are
run because the layers inherit from what they test.

Of keras/src/export those tests are run that export a model of ordinary layers, with our units as
these layers: see `test_export.py`. `openvino_test`, `torch_test`, `litert_torch_test`: other
backends and targets.
"""

import importlib.util
import types

import keras
import keras.src.layers
import pytest

import rnnexp.layers

LEFT_OUT_TESTS = {"test_fused_lstm_eligibility", "test_fused_gru_eligibility"}
LEFT_OUT = {"conv_lstm_test", "conv_lstm1d_test", "conv_lstm2d_test", "conv_lstm3d_test"}


@keras.saving.register_keras_serializable("rnnexp_tests")
class GRUCell(rnnexp.layers.GRUCell):
    """Ours with Keras's defaults, which Keras's tests expect the numbers of."""

    def __init__(self, units, *args, update_gate="keep", reset_after=True, **kwargs):
        own = {"update_gate": update_gate, "reset_after": reset_after}
        super().__init__(units, *args, **own, **kwargs)


@keras.saving.register_keras_serializable("rnnexp_tests")
class GRU(rnnexp.layers.GRU):
    """Ours with Keras's defaults."""

    def __init__(self, units, *args, update_gate="keep", reset_after=True, **kwargs):
        own = {"update_gate": update_gate, "reset_after": reset_after}
        super().__init__(units, *args, **own, **kwargs)


OURS = {name: getattr(rnnexp.layers, name) for name in rnnexp.layers.__all__}
LAYERS = types.SimpleNamespace(**{**vars(keras.src.layers), **OURS, "GRU": GRU, "GRUCell": GRUCell})


def loaded(name: str):
    """A module of Keras's tests, such as keras.src.layers.rnn.gru_test, with our layers in it."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        pytest.skip(f"this Keras is installed without {name}", allow_module_level=True)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.layers = LAYERS
    return module


def cases(module) -> dict[str, type]:
    """The test classes of a module, by a name that no other module has."""
    short = module.__name__.rpartition(".")[2]
    found = {}
    for name, kind in vars(module).items():
        if isinstance(kind, type) and kind.__module__ == module.__name__ and name.endswith("Test"):
            found[f"Test_{short}_{name}"] = kind
            for left_out in LEFT_OUT_TESTS & set(vars(kind)):
                delattr(kind, left_out)
            if hasattr(kind, "test_basics"):  # trains several models, some compiled whole
                kind.test_basics = pytest.mark.slow(kind.test_basics)
    return found


def layer_tests(name: str) -> list[tuple[type, dict]]:
    """With which layers and arguments `test_basics` calls `run_layer_test`; nothing is run."""
    (kind,) = cases(loaded(f"keras.src.layers.rnn.{name}")).values()
    calls: list[tuple[type, dict]] = []

    class Noting(kind):  # type: ignore[misc,valid-type]
        def run_layer_test(self, layer_class, **arguments):
            calls.append((layer_class, arguments))

    Noting("test_basics").test_basics()
    return calls
