"""What needs no trust: every public name of Keras's is allowed, or left out for a reason."""

import importlib
import inspect

import keras
import pytest

from rnnexp.config.allowlist import allowed, is_allowed, kind_of

READS_OR_WRITES = "reads or writes files, or the network"
RUNS = "runs code that a value holds, or wraps what another library made"
NO_OBJECT = "is a base, or no object that a place takes"
IMAGES = "is of images, of sound or of texts, and not of sequences"
LEFT_OUT = {
    "keras.layers": {
        RUNS: "Lambda TorchModuleWrapper JaxLayer FlaxLayer Pipeline",
        READS_OR_WRITES: "TFSMLayer StringLookup IntegerLookup TextVectorization",
        NO_OBJECT: "Layer Wrapper InputLayer InputSpec Input deserialize serialize add average "
        "concatenate dot maximum minimum multiply subtract",
        IMAGES: "AugMix AutoContrast CategoryEncoding CenterCrop CutMix "
        "ContrastLimitedAdaptiveHistogramEqualization Discretization Equalization HashedCrossing "
        "Hashing MaxNumBoundingBoxes MelSpectrogram MixUp Normalization RandAugment "
        "RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop "
        "RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale "
        "RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation "
        "RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom Resizing "
        "STFTSpectrogram Solarization",
    },
    "keras.optimizers": {
        NO_OBJECT: "Optimizer OptimizerMap MultiOptimizer deserialize get serialize"
    },
    "keras.optimizers.schedules": {NO_OBJECT: "LearningRateSchedule deserialize serialize"},
    "keras.callbacks": {
        RUNS: "LambdaCallback",
        READS_OR_WRITES: "BackupAndRestore CSVLogger ModelCheckpoint OrbaxCheckpoint RemoteMonitor "
        "TensorBoard",
        NO_OBJECT: "Callback CallbackList History ProgbarLogger",
    },
    "keras.initializers": {NO_OBJECT: "Initializer deserialize get serialize"},
    "keras.regularizers": {NO_OBJECT: "Regularizer deserialize get serialize"},
    "keras.constraints": {NO_OBJECT: "Constraint deserialize get serialize"},
}
KINDS = {
    "keras.layers": "layer",
    "keras.optimizers": "optimizer",
    "keras.optimizers.schedules": "schedule",
    "keras.callbacks": "callback",
    "keras.initializers": "initializer",
    "keras.regularizers": "regularizer",
    "keras.constraints": "constraint",
}
BASES = {
    "layer": keras.layers.Layer,
    "optimizer": keras.optimizers.Optimizer,
    "schedule": keras.optimizers.schedules.LearningRateSchedule,
    "callback": keras.callbacks.Callback,
    "initializer": keras.initializers.Initializer,
    "regularizer": keras.regularizers.Regularizer,
    "constraint": keras.constraints.Constraint,
    "loss": keras.losses.Loss,
    "metric": keras.metrics.Metric,
}


def public(space):
    """The classes and functions of a module of Keras's."""
    members = vars(importlib.import_module(space)).items()
    return {name for name, value in members if inspect.isclass(value) or inspect.isfunction(value)}


@pytest.mark.parametrize("space", KINDS)
def test_every_public_name_is_allowed_or_left_out_for_a_reason(space):
    left_out = {name for names in LEFT_OUT[space].values() for name in names.split()}
    taken = {name for name in public(space) if is_allowed(f"{space}.{name}", KINDS[space])}
    assert taken | left_out == public(space)
    assert not taken & left_out


@pytest.mark.parametrize("kind", BASES)
def test_what_is_allowed_makes_an_object_of_its_kind(kind):
    assert allowed(kind)
    for name in allowed(kind):
        module, _, last = name.rpartition(".")
        assert issubclass(getattr(importlib.import_module(module), last), BASES[kind])


@pytest.mark.parametrize("room", ["layers", "tasks", "callbacks"])
def test_what_rnnexp_exports_needs_no_trust(room):
    exported = importlib.import_module(f"rnnexp.{room}").__all__
    taken = {n for n in exported if is_allowed(f"rnnexp.{room}.{n}", room[:-1])}
    # A probe writes wherever it is told to; the run makes it.
    assert set(exported) - taken == ({"Probe"} if room == "callbacks" else set())


@pytest.mark.parametrize(
    ("argument", "kind"),
    [
        ("kernel_initializer", "initializer"),
        ("initializer", "initializer"),
        ("recurrent_activation", "activation"),
        ("dtype", "dtype policy"),
        ("cells", "layer"),
        ("units", None),
        ("filepath", None),
        ("on_train_begin", None),
    ],
)
def test_an_argument_takes_a_kind_by_its_name(argument, kind):
    assert kind_of(argument) == kind
