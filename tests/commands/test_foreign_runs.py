"""`rnnexp resume` on a run folder from elsewhere runs no code that its files name."""

import pytest
import yaml

from tests.command import TINY
from tests.commands.foreign import CONFIG, config, put, refused

# Each with what it would do at once, were it called.
PAYLOADS = {
    "a module beside it": {"_target_": "evil.function"},
    "a shell": {"_target_": "os.system", "command": "touch ran"},
    "a process": {"_target_": "subprocess.run", "args": ["touch", "ran"]},
    "a builtin": {"_target_": "builtins.exec", "_args_": ["import evil"]},
    "a folder of modules": {"_target_": "site.addsitedir", "sitedir": "."},
    "a pickle": {"_target_": "pandas.read_pickle", "filepath_or_buffer": "evil.pickle"},
    "a lambda of Keras's": {"_target_": "keras.src.utils.python_utils.func_load", "code": "4wA="},
    "no safe mode": {
        "_target_": "keras.saving.deserialize_keras_object",
        "config": {"class_name": "__lambda__", "config": {"value": "4wA="}},
        "safe_mode": False,
    },
    "no safe mode any more": {"_target_": "keras.config.enable_unsafe_deserialization"},
    "a model file": {"_target_": "keras.saving.load_model", "filepath": "x", "safe_mode": False},
    "a download": {
        "_target_": "keras.utils.get_file",
        "fname": "ran",
        "origin": "file:///etc/hosts",
    },
    "a backup": {"_target_": "keras.callbacks.BackupAndRestore", "backup_dir": "evil.py"},
    "a function": {
        "_target_": "keras.callbacks.LambdaCallback",
        "on_train_begin": {"_target_": "evil.function", "_partial_": True},
    },
    "a file": {"_target_": "keras.callbacks.CSVLogger", "filename": "ran"},
    "an address": {"_target_": "keras.callbacks.RemoteMonitor"},
    "a layer of code": {"_target_": "keras.layers.Lambda", "function": "evil.function"},
    "a saved graph": {"_target_": "keras.layers.TFSMLayer", "filepath": "x"},
    "the command": {"_target_": "rnnexp.cli.main", "arguments": ["train"]},
    "a training": {"_target_": "rnnexp.training.run.run", "cfg": {}, "folder": "ran"},
    "a probe": {"_target_": "rnnexp.callbacks.Probe", "x": 1, "y": 1, "log_dir": "ran"},
    "Hydra": {"_target_": "hydra.utils.get_method", "path": "evil.function"},
    "no name": {"_target_": ["evil", "function"]},
    "a name like one of ours": {"_target_": "rnnexp.layers.GRU.__init__"},
    "a name with a line end": {"_target_": "keras.layers.GRU\nevil"},
    "of Keras's dicts, a lambda": {"class_name": "__lambda__", "config": {"value": "4wA="}},
    "of Keras's dicts, a module's": {"module": "evil", "class_name": "Thing", "config": {}},
    "of Keras's dicts, a function": {
        "module": "evil",
        "class_name": "function",
        "config": "function",
        "registered_name": "function",
    },
    "of Keras's dicts, a registered one": {
        "class_name": "Zeros",
        "config": {},
        "registered_name": "evil>Thing",
    },
}
PLACES = [
    "model.layer",
    "optimizer",
    "task",
    "callbacks.mine",
    "model.layer.activation",
    "model.layer.kernel_initializer",
]
MORE_PLACES = [
    "model.layer.kernel_initializer.update",
    "model.layer.recurrent_regularizer",
    "model.layer.bias_constraint",
    "model.layer.dtype",
    "model.layer.cells[0]",
    "model.layer.name",
    "optimizer.momentum",
    "optimizer.learning_rate",
    "task.order",
    "trainer.steps",
    "seed",
]
ROWS = [(place, kind) for place in PLACES for kind in PAYLOADS]
ROWS += [(place, kind) for place in MORE_PLACES for kind in list(PAYLOADS)[::7]]


def at(place, payload):
    place, _, listed = place.partition("[")
    return config(place, [payload] if listed else payload)


@pytest.mark.parametrize(("place", "kind"), ROWS)
def test_what_a_config_names_is_neither_imported_nor_called(place, kind, desk, capfd):
    put(desk, **{"run/config.yaml": at(place, PAYLOADS[kind])})
    refused(desk, capfd, ["resume", "run"])


NESTED = {
    "an argument of an argument": {
        "_target_": "keras.initializers.Constant",
        "value": {"_target_": "evil.function"},
    },
    "an argument without a name": {"_target_": "keras.initializers.Constant", "_args_": [1]},
    "an argument that is not made": {
        "_target_": "keras.initializers.Constant",
        "_recursive_": False,
    },
    "a part of one": {"_target_": "keras.initializers.Constant", "_partial_": True},
    "a regularizer for an initializer": {"_target_": "keras.regularizers.L2"},
    "a layer for an initializer": {"_target_": "keras.layers.Dense", "units": 1},
    "in Keras's dict, Hydra's": {
        "class_name": "Constant",
        "config": {"value": {"_target_": "evil.function"}},
    },
    "in Keras's dict, Keras's": {
        "class_name": "Constant",
        "config": {"value": {"class_name": "__bytes__", "config": {"value": "x"}}},
    },
    "in Keras's dict, what builds it": {
        "class_name": "Constant",
        "config": {"value": 1},
        "build_config": {"input_shape": [1]},
    },
    "in a list in a list": [[{"_target_": "evil.function"}]],
}


@pytest.mark.parametrize("kind", NESTED)
def test_what_is_known_takes_nothing_that_is_not(kind, desk, capfd):
    put(desk, **{"run/config.yaml": config("model.layer.kernel_initializer", NESTED[kind])})
    refused(desk, capfd, ["resume", "run"])


WHOLE = {
    "trust of its own": (config("trust", ["evil"]), "--trust evil"),
    "trust in everything": (config("trust", ["keras", "os"]), "command line"),
    "the environment": (config("model.layer.name", "${oc.env:SECRET}"), "${oc.env:SECRET}"),
    "a text to resolve": (config("model.layer.name", "${oc.decode:'${seed}'}"), "model.layer.name"),
    "another value": (config("model.units", "${probe.sequences}"), "model.units"),
    "two halves": (config("outputs", "${seed}{oc.env:SECRET}"), "outputs"),
    "a tag of Python's": ("a: !!python/object/apply:os.system ['touch ran']\n", "config.yaml"),
    "references": ("a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n", "config.yaml"),
    "depth": ("[" * 500 + "]" * 500, "config.yaml"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_what_a_config_says_is_no_word_of_the_user(kind, desk, capfd):
    text, expected = WHOLE[kind]
    put(desk, **{"run/config.yaml": text})
    line = refused(desk, capfd, ["resume", "run"])
    assert expected in line
    assert "a password" not in line


LINKED = ["config.yaml", "summary.json", "metrics.csv", "checkpoint.npz", "model.keras", ".lock"]
LINKED += ["diagnostics.nc", "diagnostics.nc.unfinished", "train.log", "tensorboard"]
LINKED += ["tensorboard/train", "tensorboard/train/events.out.tfevents.1"]


@pytest.mark.parametrize("command", ["resume", "train"])
@pytest.mark.parametrize("name", LINKED)
def test_nothing_is_written_through_a_link(name, command, desk, capfd):
    text = yaml.safe_dump(CONFIG)
    put(desk, **{"run/config.yaml": text, "elsewhere/config.yaml": text})
    (desk / "run" / name).parent.mkdir(parents=True, exist_ok=True)
    (desk / "run" / name).unlink(missing_ok=True)
    (desk / "run" / name).symlink_to(desk / "elsewhere" / "config.yaml")
    given = {"resume": ["run"], "train": [*TINY, "callbacks=none", "hydra.run.dir=run"]}
    assert "is a link" in refused(desk, capfd, [command, *given[command]])
