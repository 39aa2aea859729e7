"""Builds a model that has no weights yet."""

import keras
from keras import tree

from rnnexp.diagnostics.batch import in_tensors
from rnnexp.diagnostics.recurrent import recurrent_layers


def build(model, batch) -> None:
    """Builds a model for batches of this shape and any batch size, unless it is built already.

    Args:
        model: A Keras model.
        batch: A `Batch`.

    Raises:
        ValueError: The model cannot be built from the batch.
    """
    if model.built and all(layer.built for layer in recurrent_layers(model).values()):
        return
    like = tree.map_structure(_like, in_tensors(batch).x)
    try:
        model(like)
    except Exception as error:
        raise ValueError(
            f"{model.name!r} has no weights yet and cannot be built from the probe's x: "
            f"{' '.join(str(error).split())}; expected a built model: add an Input or call the "
            "model once on a batch"
        ) from error


def _like(tensor):
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return keras.KerasTensor((None, *tensor.shape[1:]), dtype)
