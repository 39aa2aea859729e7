"""`import rnnexp` is light, offers every public name, and lets saved models load."""

import ast
import inspect
import subprocess
import sys
from itertools import chain
from pathlib import Path

import keras
import numpy as np
import pytest

import rnnexp
from rnnexp import layers
from rnnexp.saved_layers import ClassToImport, class_names
from tests.command import environment

HEAVY = ("hydra", "keras", "matplotlib", "numpy", "pandas", "tensorflow", "xarray")


def python(program, *arguments):
    """What a fresh process made of the program."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, env=environment(), capture_output=True, text=True)


def test_the_import_is_light():
    """It took 12 ms of 50 where this was written; what would make it slow is one of these."""
    told = python(f"import rnnexp, sys; print([name for name in {HEAVY} if name in sys.modules])")
    assert (told.stdout, told.stderr) == ("[]\n", "")


def test_every_public_name_is_there_and_shown():
    for name in rnnexp.__all__:
        assert getattr(rnnexp, name) is not None
    assert set(rnnexp.__all__) <= set(dir(rnnexp))


def test_type_checkers_are_told_the_same_names_from_the_same_homes():
    tree = ast.parse(Path(rnnexp.__file__).read_text(encoding="utf-8"))
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    homes = {}
    for imported in next(node for node in blocks if ast.unparse(node.test) == "TYPE_CHECKING").body:
        for alias in imported.names:
            separator = "." if imported.module == "rnnexp" else ":"
            homes[alias.asname or alias.name] = f"{imported.module}{separator}{alias.name}"
    assert homes == rnnexp._HOMES
    assert sorted(homes) == sorted(rnnexp.__all__)


def test_a_misspelt_name_is_told_the_nearest():
    told = python("import rnnexp; rnnexp.layer")
    assert "AttributeError: module 'rnnexp' has no attribute 'layer'. Did you mean: 'layers'?" in (
        told.stderr
    )


ANNOTATED = ["callbacks", "diagnostics", "interchange", "tasks"]


def functions_of(thing):
    """A public function; or the functions that a public class defines, its constructor too."""
    if not isinstance(thing, type):
        return [thing]
    found = [getattr(value, "__func__", value) for value in vars(thing).values()]
    return [
        value
        for value in found
        if inspect.isfunction(value)
        and value.__module__ == thing.__module__
        and (value.__name__ == "__init__" or not value.__name__.startswith("_"))
    ]


@pytest.mark.parametrize("room", ANNOTATED)
def test_public_functions_are_annotated(room):
    public = getattr(rnnexp, room)
    missing = []
    for function in chain.from_iterable(functions_of(getattr(public, n)) for n in public.__all__):
        signature = inspect.signature(function)
        named = {"return": signature.return_annotation} | {
            name: parameter.annotation
            for name, parameter in signature.parameters.items()
            if name not in ("self", "cls")
        }
        empty = [name for name, given in named.items() if given is inspect.Parameter.empty]
        missing += [f"{function.__module__}.{function.__qualname__}: {name}" for name in empty]
    assert not missing, "\n".join(missing)


SAVED = sorted(
    key.removeprefix("rnnexp>")
    for key, kind in keras.saving.get_custom_objects().items()
    if key.startswith("rnnexp>") and isinstance(kind, type) and issubclass(kind, keras.Layer)
    if kind.__module__.startswith("rnnexp.layers")
)
"""The recurrent layers and cells that saved models may hold."""


def test_the_names_of_all_layers_are_known_before_their_import():
    assert {"GRU", "GRUCell"} <= set(SAVED) <= set(class_names())


@pytest.mark.parametrize("name", SAVED)
def test_what_stands_for_a_class_makes_its_instances(name):
    original = getattr(layers, name)(3)
    again = ClassToImport(name, "rnnexp.layers").from_config(original.get_config())
    assert type(again) is type(original)
    assert again.get_config() == original.get_config()


AS_SAVED_BY_0_1_0 = [
    {
        "module": "rnnexp.layers.gru",
        "class_name": "GRU",
        "registered_name": "rnnexp>GRU",
        "config": {"name": "gru", "units": 3, "update_gate": "keep", "reset_after": True},
    },
    {
        "module": "keras.layers",
        "class_name": "RNN",
        "registered_name": None,
        "config": {
            "name": "rnn",
            "cell": {
                "module": "rnnexp.layers.simple_rnn",
                "class_name": "SimpleRNNCell",
                "registered_name": "rnnexp>SimpleRNNCell",
                "config": {"name": "simple_rnn_cell", "units": 3, "activation": "relu"},
            },
        },
    },
]
"""Shortened: an argument that is left out has its default."""


@pytest.mark.parametrize("config", AS_SAVED_BY_0_1_0, ids=["GRU", "cell"])
def test_configs_of_earlier_versions_load(config):
    loaded = keras.saving.deserialize_keras_object(config)
    assert loaded.name == config["config"]["name"]
    assert loaded(np.zeros((2, 4, 1))).shape == (2, 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "imports",
    [
        "import keras, rnnexp",
        "import rnnexp, keras",
        "import rnnexp; from keras import models; import keras",
        "import rnnexp; import tensorflow; keras = tensorflow.keras",
        "import rnnexp.equations, keras",
    ],
)
def test_saved_models_load_in_whatever_order_the_imports_stand(imports, tmp_path):
    model = keras.Sequential(
        [
            keras.Input((None, 2)),
            keras.layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            layers.GRU(3, return_sequences=True),
            keras.layers.RNN(layers.SimpleRNNCell(3)),
        ]
    )
    x = np.random.default_rng(5).normal(size=(2, 4, 2)).astype("float32")
    np.save(tmp_path / "x.npy", x)
    model.save(tmp_path / "model.keras")
    program = f"""
{imports}
import sys
import numpy as np
folder = sys.argv[1]
model = keras.models.load_model(folder + "/model.keras")
np.save(folder + "/y.npy", model(np.load(folder + "/x.npy")).numpy())
"""
    told = python(program, tmp_path)
    assert told.returncode == 0, told.stderr
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), model(x).numpy())
