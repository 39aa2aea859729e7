"""Bad values: of each key, each argument, each size."""

import math
from collections.abc import Iterator

from tests.bad_inputs.inputs import BadInput, overrides, value

WHOLE = [
    "model.units",
    "model.depth",
    "model.parameters",
    "model.state",
    "model.embedding",
    "trainer.batch_size",
    "trainer.epochs",
    "trainer.steps",
    "trainer.log_every",
    "trainer.validate_every",
    "hardware.threads",
    "hardware.devices",
    "hardware.memory_limit",
    "probe.sequences",
    "seed",
]
REAL = ["optimizer.learning_rate", "optimizer.clipnorm", "trainer.checkpoint_seconds"]
FLAGS = [
    *("hardware.xla", "hardware.memory_growth", "hardware.deterministic", "task.permute"),
    *("model.bidirectional", "model.residual", "trainer.stop_when_solved"),
]
METRICS_OF_OTHER_TARGETS = {
    "digits": ("mean_squared_error", "binary_accuracy", "f1_score", "sequence_accuracy"),
    "reber": ("accuracy", "mean_absolute_error", "cross_entropy"),
    "adding": ("accuracy", "auc", "sequence_accuracy", "r2_score"),
}
SHARES = ["beta_1", "beta_2"]
LAYER_FLAGS = ["use_bias", "reset_after", "go_backwards", "unroll", "trainable"]
PARTS = [f"{w}_{k}" for w in ("kernel", "recurrent", "bias") for k in ("initializer", "constraint")]


def types() -> Iterator[BadInput]:
    """A type that the key does not have."""
    for key in WHOLE:
        for given in ("many", 1.5, True, [1], {"a": 1}):
            yield value(key, given)
    for key in REAL:
        for given in ("fast", True, [1]):
            yield value(key, given)
    for key in FLAGS:
        for given in (2, 0.5, "maybe", None, []):
            yield value(key, given)
    for given in ("", " ", 3, None, ["a"], "a\0b"):
        yield value("outputs", given)
    for given in ("accuracy", 1, None, [None], [1], [["accuracy"]], ["acuracy"], [""], {"a": 1}):
        yield value("trainer.metrics", given)
    for key in ("model.layer", "probe"):
        for given in ([1], 3, "a"):
            yield value(key, given)


def ranges() -> Iterator[BadInput]:
    """A number that the key's meaning excludes."""
    for key in (*WHOLE[:-1], *REAL):
        for given in (0, -1):
            yield value(key, given)
    for given in (math.nan, math.inf, -math.inf):
        yield value("optimizer.learning_rate", given)
    for given in (-1, 2**32, 10**40):
        yield value("seed", given)
    for given in ("float16", "bfloat16", "float8", 32, ""):
        yield value("hardware.precision", given)
    for given in ("layr", "Layer", 1, None, True, ["layer"], {"a": 1}):
        yield value("model.norm", given)
    for given in (1, 1.5, -0.1, math.nan, math.inf, "x", None, True):
        yield value("model.dropout", given)
    for task, names in METRICS_OF_OTHER_TARGETS.items():
        for name in names:
            yield value("trainer.metrics", [name], f"task={task}")
    for task in ("sunspots", "co2", "characters"):
        yield value("trainer.stop_when_solved", True, f"task={task}")
    for given in ("tpu", 1, "CPU:0", [1], {"a": 1}):
        yield value("hardware.device", given)
    for field, given in {"length": 1, "symbols": 1, "distractors": 0, "test_examples": 0}.items():
        yield value(f"task.{field}", given, "task=first_token")
        yield value(f"task.{field}", -given - 5, "task=first_token")
        yield value(f"task.{field}", "long", "task=first_token")
    for given in ("both", "", 3, None):
        yield value("task.variant", given, "task=adding")
        yield value("task.order", given)


def optimizers() -> Iterator[BadInput]:
    """An argument that Keras's optimizers refuse late, or make something else of."""
    for name in SHARES:
        for given in ("abc", None, 2, -1, math.nan, True):
            yield value(f"optimizer.{name}", given)
    for given in ("abc", None, -1, 0, math.inf):
        yield value("optimizer.epsilon", given)
    for name in ("weight_decay", "clipvalue", "ema_momentum", "loss_scale_factor"):
        for given in ("x", -1, math.nan, [1]):
            yield value(f"optimizer.{name}", given)
    for name in ("ema_overwrite_frequency", "gradient_accumulation_steps"):
        for given in ("x", 0, 1.5):
            yield value(f"optimizer.{name}", given)
    for name, group in {
        "amsgrad": "adam",
        "use_ema": "adam",
        "nesterov": "sgd",
        "centered": "rmsprop",
    }.items():
        for given in (7, "x", None):
            yield value(f"optimizer.{name}", given, f"optimizer={group}")
    for name in ("momentum", "rho"):
        for given in ("x", 1, -0.5):
            yield value(f"optimizer.{name}", given, "optimizer=rmsprop")
    yield value("optimizer.name", 3)
    yield overrides("optimizer.global_clipnorm=1", "optimizer.clipnorm=1")
    for schedule in ("cosine", "exponential", "linear"):
        for name in ("initial_learning_rate", "decay_steps"):
            for given in ("x", 0, -1, math.nan, None):
                yield value(f"optimizer.learning_rate.{name}", given, f"schedule={schedule}")


def layers() -> Iterator[BadInput]:
    """An argument that the recurrent layers refuse late, or make something else of."""
    for name in ("dropout", "recurrent_dropout"):
        for given in (2, 1, -0.1, math.nan, "x", True):
            yield value(f"model.layer.{name}", given)
    for name in LAYER_FLAGS:
        for given in ("maybe", 1, None):
            yield value(f"model.layer.{name}", given)
    for given in (2, "x", None):
        yield value("model.layer.unit_forget_bias", given, "model=lstm")
    for name in (*PARTS, "activation", "recurrent_activation"):
        for given in (3, True, ""):
            yield value(f"model.layer.{name}", given)
    for name in ("stateful", "return_state"):
        for given in (True, 1, "x"):
            yield value(f"model.layer.{name}", given)
    for given in ("int32", "float16", "bool", 32, "x"):
        yield value("model.layer.dtype", given)
    for given in (-1, 1.5, "x", 2**40):
        yield value("model.layer.seed", given)
    for given in ("old", 1, None):
        yield value("model.layer.update_gate", given)
    yield value("model.layer.use_cudnn", "perhaps")


def callbacks() -> Iterator[BadInput]:
    """An argument that Keras's callbacks refuse late, or never."""
    bad = {
        "patience": ("x", -1, 1.5, None),
        "min_delta": ("x", -1, math.nan),
        "mode": ("maxx", 1, None),
        "monitor": ("val_los", "mean_squared_error", "", 3, None),
        "restore_best_weights": (7, "x"),
        "start_from_epoch": ("x", -1),
        "baseline": ("x", math.nan),
    }
    for given in ([], ["a"], [[1]], {}, "x", None):
        yield value("callbacks.mine", given)
    for name, several in bad.items():
        for given in several:
            yield value(f"callbacks.early_stopping.{name}", given, "callbacks=early_stopping")


def sizes() -> Iterator[BadInput]:
    """More than any machine has."""
    for power in (12, 15, 40):
        huge = 10**power
        for key in ("model.units", "trainer.batch_size", "trainer.steps", "hardware.threads"):
            yield value(key, huge + 1)
        yield value("model.depth", huge)
        yield value("hardware.devices", huge)
        for field in ("length", "symbols", "distractors", "train_examples", "test_examples"):
            yield value(f"task.{field}", huge, "task=first_token")
        yield value("task.length", huge, "task=adding")
    yield value("model.units", 1_000_000)
    yield value("model.depth", 1000)
    yield value("hardware.threads", 4096)
