"""Which names a `_target_` may have without trust, by the kind of object that its place takes.

A list of what is harmless, not of what is not: what Keras adds one day is refused until it stands
here. Left out is what runs code that a value holds (Lambda, LambdaCallback), what reads or writes
files or the network (TFSMLayer, StringLookup, CSVLogger, ModelCheckpoint, RemoteMonitor), and what
wraps objects of other libraries (TorchModuleWrapper, JaxLayer).
"""

import re
from collections.abc import Iterable

TRUSTED = "object that trusted code takes"
"""The kind of an argument of a trusted target: nobody knows what it takes, so any known name."""

_NAMES = {
    "layer": {
        "keras.layers": """
            GRU GRUCell LSTM LSTMCell SimpleRNN SimpleRNNCell RNN StackedRNNCells Bidirectional
            ConvLSTM1D ConvLSTM2D ConvLSTM3D TimeDistributed Masking Embedding ReversibleEmbedding
            Activation ActivityRegularization Add AdditiveAttention AlphaDropout Attention Average
            BatchNormalization Concatenate Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D
            Conv3DTranspose Convolution1D Convolution1DTranspose Convolution2D
            Convolution2DTranspose Convolution3D Convolution3DTranspose Cropping1D Cropping2D
            Cropping3D Dense DepthwiseConv1D DepthwiseConv2D Dot Dropout ELU EinsumDense Flatten
            GaussianDropout GaussianNoise GroupNormalization GroupQueryAttention Identity
            LayerNormalization LeakyReLU Maximum Minimum MultiHeadAttention Multiply PReLU Permute
            RMSNormalization ReLU RepeatVector Rescaling Reshape SeparableConv1D SeparableConv2D
            SeparableConvolution1D SeparableConvolution2D Softmax SpatialDropout1D SpatialDropout2D
            SpatialDropout3D SpectralNormalization Subtract UnitNormalization UpSampling1D
            UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
            AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
            AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
            AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D
            GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalAvgPool1D
            GlobalAvgPool2D GlobalAvgPool3D GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D
            GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D MaxPool1D MaxPool2D MaxPool3D
            MaxPooling1D MaxPooling2D MaxPooling3D""",
    },
    "optimizer": {
        "keras.optimizers": """
            Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion LossScaleOptimizer Muon
            Nadam RMSprop SGD ScheduleFreeAdamW""",
    },
    "schedule": {
        "keras.optimizers.schedules": """
            CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay
            PiecewiseConstantDecay PolynomialDecay""",
    },
    "callback": {
        "keras.callbacks": """
            EarlyStopping LearningRateScheduler ReduceLROnPlateau SwapEMAWeights TerminateOnNaN""",
    },
    "initializer": {
        "keras.initializers": """
            Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer
            LecunNormal LecunUniform Ones Orthogonal OrthogonalInitializer RandomNormal
            RandomUniform STFT STFTInitializer TruncatedNormal VarianceScaling Zeros constant
            glorot_normal glorot_uniform he_normal he_uniform identity lecun_normal lecun_uniform
            ones orthogonal random_normal random_uniform stft truncated_normal variance_scaling
            zeros""",
    },
    "regularizer": {
        "keras.regularizers": """
            L1 L1L2 L2 OrthogonalRegularizer l1 l1_l2 l2 orthogonal_regularizer""",
    },
    "constraint": {
        "keras.constraints": """
            MaxNorm MinMaxNorm NonNeg UnitNorm max_norm min_max_norm non_neg unit_norm""",
    },
    # A function is named by a text, as in activation: relu.
    "activation": {"keras.layers": "ELU LeakyReLU PReLU ReLU Softmax"},
    "loss": {
        "keras.losses": """
            BinaryCrossentropy BinaryFocalCrossentropy CTC CategoricalCrossentropy
            CategoricalFocalCrossentropy CategoricalGeneralizedCrossEntropy CategoricalHinge Circle
            CosineSimilarity Dice Hinge Huber KLDivergence LogCosh MeanAbsoluteError
            MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
            SparseCategoricalCrossentropy SquaredHinge Tversky""",
    },
    "metric": {
        "keras.metrics": """
            AUC Accuracy BinaryAccuracy BinaryCrossentropy BinaryIoU CategoricalAccuracy
            CategoricalCrossentropy CategoricalHinge ConcordanceCorrelation CosineSimilarity
            F1Score FBetaScore FalseNegatives FalsePositives Hinge IoU KLDivergence LogCoshError
            Mean MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanSquaredError
            MeanSquaredLogarithmicError OneHotIoU OneHotMeanIoU PearsonCorrelation Poisson
            Precision PrecisionAtRecall R2Score Recall RecallAtPrecision RootMeanSquaredError
            SensitivityAtSpecificity SparseCategoricalAccuracy SparseCategoricalCrossentropy
            SparseTopKCategoricalAccuracy SpecificityAtSensitivity SquaredHinge Sum
            TopKCategoricalAccuracy TrueNegatives TruePositives""",
    },
    "dtype policy": {
        "keras": "DTypePolicy",
        "keras.dtype_policies": "DTypePolicy FloatDTypePolicy",
    },
    "source of randomness": {"keras.random": "SeedGenerator"},
    "task": {},
}
_KNOWN = {
    kind: frozenset(f"{space}.{name}" for space, names in spaces.items() for name in names.split())
    for kind, spaces in _NAMES.items()
}
# What these rooms export; a new unit, task or callback of rnnexp's own joins by being exported.
_ROOMS = {"layer": "layers", "task": "tasks", "callback": "callbacks"}
# A callback's probe is given to it; one that a config makes would write wherever it says.
_NOT_OURS = frozenset({"rnnexp.callbacks.Probe"})

_PLACES = {
    "learning_rate": "schedule",
    "schedule": "schedule",
    "inner_optimizer": "optimizer",
    "dtype": "dtype policy",
    "seed": "source of randomness",
    **dict.fromkeys(("loss", "losses"), "loss"),
    **dict.fromkeys(("metric", "metrics"), "metric"),
    **dict.fromkeys(("layer", "backward_layer", "cell", "cells"), "layer"),
}
_ENDINGS = ("initializer", "regularizer", "constraint", "activation")


def kind_of(argument: str) -> str | None:
    """What an argument of that name takes; None where it takes no object."""
    ending = argument.rpartition("_")[2]
    return _PLACES.get(argument) or (ending if ending in _ENDINGS else None)


def is_allowed(target: str, kind: str | None) -> bool:
    """Whether an object of that `kind` may be made by `target`, without trust."""
    if kind == TRUSTED:
        return bool(kinds_of(target))
    if kind is None or target in _NOT_OURS:
        return False
    room = _ROOMS.get(kind)
    ours = room is not None and re.fullmatch(rf"rnnexp\.{room}\.[A-Z]\w*", target)
    return bool(ours) or target in _KNOWN[kind]


def kinds_of(target: str) -> list[str]:
    """The kinds of object that `target` makes, without trust."""
    return [kind for kind in _KNOWN if is_allowed(target, kind)]


def allowed(kind: str) -> Iterable[str]:
    """The names of Keras's that make an object of that `kind`."""
    return _KNOWN.get(kind, ())


def in_keras(kind: str | None, name: str) -> str:
    """The whole name of what Keras's dicts call `name` alone, in a place that takes `kind`."""
    whole = [f"{space}.{name}" for space in (*_NAMES.get(kind or "", ()), "keras")]
    return next((name for name in whole if is_allowed(name, kind)), whole[0])
