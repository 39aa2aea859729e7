"""A normalization of Keras that passes the mask of padded timesteps on."""

from typing import Any

import keras


@keras.saving.register_keras_serializable("rnnexp")
class MaskedRMSNormalization(keras.layers.RMSNormalization):
    """Keras's `RMSNormalization`, which drops the mask; the layers after it would read padding."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.supports_masking = True
