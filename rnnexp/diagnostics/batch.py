"""Converts the data that `model.fit` accepts to the batch that is traced."""

from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras import ops, tree

_SCALARS = (bool, int, float, str, bytes, np.generic)


class Batch(NamedTuple):
    """A batch of arrays, or of lists, tuples or dictionaries of them.

    Attributes:
        x: The inputs.
        y: The targets, or None.
        sample_weight: The weight of each sequence in the loss, or None.
    """

    x: Any
    y: Any = None
    sample_weight: Any = None


def first_batch(x, y=None, sample_weight=None) -> Batch:
    """Returns the batch to trace.

    Args:
        x: The inputs, or a dataset or generator whose first batch is used.
        y: The targets, or None.
        sample_weight: The weights of the sequences, as in `model.fit`, or None.

    Raises:
        ValueError: `y` or `sample_weight` is given with a dataset, or the dataset has no batch.
    """
    if _is_data_set(x):
        if y is not None or sample_weight is not None:
            raise ValueError(
                f"x is a {type(x).__name__}, which contains targets; expected no y and no "
                "sample_weight in addition: leave them out"
            )
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(_first(x))
    return Batch(x, y, sample_weight)


def in_tensors(batch: Batch) -> Batch:
    """Converts a batch to tensors.

    Raises:
        ValueError: The numbers of sequences, targets and weights differ.
    """
    batch = Batch(*map(_tensors, batch))
    numbers = [a.shape[0] for a in tree.flatten(batch) if a is not None and len(a.shape)]
    if len(set(numbers)) > 1:
        raise ValueError(f"x and y have {numbers} sequences; expected the same number in each")
    return batch


def _is_data_set(x) -> bool:
    if isinstance(x, keras.utils.PyDataset):
        return True
    return not (tree.is_nested(x) or hasattr(x, "shape") or isinstance(x, _SCALARS)) and hasattr(
        x, "__iter__"
    )


def _first(batches):
    if isinstance(batches, keras.utils.PyDataset):
        return batches[0]
    for batch in batches:
        return batch
    raise ValueError(f"x is a {type(batches).__name__} without a batch; expected at least one")


def _tensors(structure):
    """Converts every array to a tensor; a list of numbers or strings is one array."""
    if structure is None:
        return None
    if isinstance(structure, dict):
        return {name: _tensors(part) for name, part in structure.items()}
    if isinstance(structure, list | tuple):
        if not all(isinstance(leaf, _SCALARS) for leaf in tree.flatten(structure)):
            return type(structure)(map(_tensors, structure))
        structure = np.asarray(structure)
    return _tensor(structure)


def _tensor(array):
    if tf.is_tensor(array):  # including ragged and sparse tensors
        return array
    array = np.asarray(array)
    if array.dtype.kind in "OSU":
        return tf.convert_to_tensor(array)
    # `model.fit` does the same.
    return ops.convert_to_tensor(array, keras.config.floatx() if array.dtype.kind == "f" else None)
