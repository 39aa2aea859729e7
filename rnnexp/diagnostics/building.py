"""A model that has no weights yet gets them, as its first batch would give them."""

import keras
from keras import tree

from rnnexp.diagnostics.batch import in_tensors
from rnnexp.diagnostics.recurrent import recurrent_layers


def build(model, batch) -> None:
    """Builds a model for batches like this one, with any number of sequences, if it is not built.

    Raises:
        ValueError: The model cannot be built so.
    """
    if model.built and all(layer.built for layer in recurrent_layers(model).values()):
        return
    like = tree.map_structure(_like, in_tensors(batch).x)
    try:
        model(like)
    except Exception as error:
        raise ValueError(
            f"{model.name!r} has no weights yet and cannot be built from the probe's x: "
            f"{' '.join(str(error).split())}; build the model first, by an Input or by calling it "
            "once on a batch"
        ) from error


def _like(tensor):
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return keras.KerasTensor((None, *tensor.shape[1:]), dtype)
