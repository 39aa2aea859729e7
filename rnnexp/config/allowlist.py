"""The names that a `_target_` may have without trust, by the kind of object that its place takes.

This lists what is harmless: a class that Keras adds later is refused until it is added here. Left
out are classes that run code from a value (Lambda, LambdaCallback), that read or write files or the
network (TFSMLayer, StringLookup, CSVLogger, ModelCheckpoint, RemoteMonitor), and that wrap objects
of other libraries (TorchModuleWrapper, JaxLayer).
"""

import re
from collections.abc import Iterable

TRUSTED = "object that trusted code takes"
"""The kind of an argument of a trusted target: any object that is allowed anywhere."""

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
    # An activation function is given as text, as in activation: relu.
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
# The modules of rnnexp whose exported classes are allowed.
_OWN_MODULES = {"layer": "layers", "task": "tasks", "callback": "callbacks"}
# A callback is given its probe; one built from a config would write wherever the config says.
_EXCLUDED = frozenset({"rnnexp.callbacks.Probe"})

_PLACES = {
    "learning_rate": "schedule",
    "schedule": "schedule",
    "inner_optimizer": "optimizer",
    "dtype": "dtype policy",
    "gate_bias": "initializer",
    "seed": "source of randomness",
    **dict.fromkeys(("loss", "losses"), "loss"),
    **dict.fromkeys(("metric", "metrics"), "metric"),
    **dict.fromkeys(("layer", "backward_layer", "cell", "cells"), "layer"),
}
_ENDINGS = ("initializer", "regularizer", "constraint", "activation")


def kind_of(argument: str) -> str | None:
    """Return the kind of object that an argument of that name takes; None for a plain value."""
    ending = argument.rpartition("_")[2]
    return _PLACES.get(argument) or (ending if ending in _ENDINGS else None)


def is_allowed(target: str, kind: str | None) -> bool:
    """Return whether `target` may be named, without trust, where an object of `kind` is taken."""
    if kind == TRUSTED:
        return bool(kinds_of(target))
    if kind is None or target in _EXCLUDED:
        return False
    module = _OWN_MODULES.get(kind)
    own = module is not None and re.fullmatch(rf"rnnexp\.{module}\.[A-Z]\w*", target)
    return bool(own) or target in _KNOWN[kind]


def kinds_of(target: str) -> list[str]:
    """Return the kinds of object that `target` may be named for, without trust."""
    return [kind for kind in _KNOWN if is_allowed(target, kind)]


def allowed(kind: str) -> Iterable[str]:
    """Return the names in Keras that are allowed for an object of `kind`."""
    return _KNOWN.get(kind, ())


def in_keras(kind: str | None, name: str) -> str:
    """Return the full name of the class that a Keras dict calls `name`, for an object of `kind`."""
    whole = [f"{space}.{name}" for space in (*_NAMES.get(kind or "", ()), "keras")]
    return next((name for name in whole if is_allowed(name, kind)), whole[0])
