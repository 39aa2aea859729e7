"""The ways in which a layer may stand in a model: functions of how it is made."""

import keras
from keras import layers as k

B, T, D, M = 3, 5, 2, 4


def plain(make):
    x = keras.Input((T, D))
    return [x], [make()(x)]


def sequences(make):
    x = keras.Input((T, D))
    return [x], [make(return_sequences=True)(x)]


def any_length(make):
    x = keras.Input((None, D))
    return [x], [make(return_sequences=True)(x)]


def unrolled(make):
    x = keras.Input((T, D))
    return [x], [make(unroll=True, return_sequences=True)(x)]


def backwards(make):
    x = keras.Input((T, D))
    return [x], [make(go_backwards=True, return_sequences=True)(x)]


def masked(make):
    x = keras.Input((T, D))
    return [x], [make(return_sequences=True)(k.Masking()(x))]


def masked_unrolled(make):
    x = keras.Input((T, D))
    return [x], [make(unroll=True)(k.Masking()(x))]


def masked_to_zero(make):
    x = keras.Input((T, D))
    return [x], [make(return_sequences=True, zero_output_for_mask=True)(k.Masking()(x))]


def embedded(make):
    x = keras.Input((T,), dtype="int32")
    return [x], [make()(k.Embedding(6, D, mask_zero=True)(x))]


def bidirectional(make):
    x = keras.Input((T, D))
    return [x], [k.Bidirectional(make(return_sequences=True))(x)]


def bidirectional_masked(make):
    x = keras.Input((T, D))
    return [x], [k.Bidirectional(make())(k.Masking()(x))]


def stacked(make):
    x = keras.Input((T, D))
    return [x], [make()(k.Dropout(0.5)(make(return_sequences=True, dropout=0.3)(x)))]


def states(make):
    x, h = keras.Input((T, D)), keras.Input((M,))
    layer = make(return_state=True)
    given = [h] * len(layer.state_size)
    return [x, h], list(layer(x, initial_state=given))


def time_distributed(make):
    x = keras.Input((2, T, D))
    return [x], [k.TimeDistributed(make())(x)]


def one_step(make):
    x = keras.Input((1, D))
    return [x], [make()(x)]


def without_bias(make):
    x = keras.Input((T, D))
    return [x], [make(use_bias=False)(x)]


def other_activation(make):
    x = keras.Input((T, D))
    return [x], [make(activation="elu")(x)]


IN_ALL = (
    plain,
    sequences,
    any_length,
    unrolled,
    backwards,
    masked,
    masked_unrolled,
    masked_to_zero,
    embedded,
    bidirectional,
    bidirectional_masked,
    stacked,
    states,
    time_distributed,
    one_step,
    without_bias,
    other_activation,
)
