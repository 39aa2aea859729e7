"""Creates one value of an event, for each of TensorBoard's dashboards."""

from functools import cache

import numpy as np
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_DOUBLE, DT_FLOAT
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.custom_scalar import metadata as custom_scalar
from tensorboard.plugins.histogram import metadata as histogram_metadata
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.plugins.scalar import metadata as scalar_metadata
from tensorboard.plugins.text import metadata as text_metadata
from tensorboard.util.tensor_util import make_tensor_proto


def scalar(tag: str, value: float, description: str = "") -> Summary.Value:
    """A point of a curve."""
    tensor = TensorProto(dtype=DT_FLOAT, float_val=[value], tensor_shape=TensorShapeProto())
    return Summary.Value(tag=tag, metadata=_scalar_metadata(description), tensor=tensor)


@cache
def _scalar_metadata(description):
    return scalar_metadata.create_summary_metadata("", description)


def distribution(
    tag: str, values: np.ndarray, description: str = "", bins: int = 20
) -> Summary.Value | None:
    """A histogram of values from 0 to 1, over equal parts of that range; NaN is left out.

    It begins at the smallest value and ends at the largest, because TensorBoard's Distributions tab
    takes the ends of a histogram for the ends of the values.

    Returns:
        None if there is no value.
    """
    known = values[np.isfinite(values)]
    counts, edges = np.histogram(known, bins=bins, range=(0, 1))
    if known.size and known.min() < known.max():
        edges = edges.clip(known.min(), known.max())
    return _histogram(tag, edges, counts, description)


def counted(tag: str, counts: np.ndarray, description: str = "") -> Summary.Value | None:
    """A histogram of values from 0 to 1 that were counted in equal parts of that range.

    It begins and ends with the first and last part that has values.

    Returns:
        None if there is no value.
    """
    return _histogram(tag, np.linspace(0, 1, len(counts) + 1), counts, description)


def image(tag: str, png: bytes, size: tuple[int, int], description: str = "") -> Summary.Value:
    """An image; `size` is its width and height in pixels."""
    metadata = image_metadata.create_summary_metadata("", description)
    width, height = (str(n).encode() for n in size)
    return _value(tag, np.array([width, height, png], dtype=object), metadata)


def text(tag: str, markdown: str, description: str = "") -> Summary.Value:
    """A text in Markdown."""
    metadata = text_metadata.create_summary_metadata("", description)
    return _value(tag, np.array(markdown.encode(), dtype=object), metadata)


def scalars_layout(layout: layout_pb2.Layout) -> Summary.Value:
    """The layout of the Custom Scalars dashboard."""
    content = np.array(layout.SerializeToString(), dtype=object)
    return _value(
        custom_scalar.CONFIG_SUMMARY_TAG, content, custom_scalar.create_summary_metadata()
    )


def _histogram(tag, edges, counts, description) -> Summary.Value | None:
    """A histogram without the empty buckets at its ends."""
    filled = np.flatnonzero(counts > 0)  # none where a count is NaN
    if not filled.size:
        return None
    kept = slice(filled[0], filled[-1] + 1)
    buckets = np.stack([edges[:-1][kept], edges[1:][kept], counts[kept]], axis=1)
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=n) for n in buckets.shape])
    tensor = TensorProto(
        dtype=DT_DOUBLE, tensor_content=buckets.astype("<f8").tobytes(), tensor_shape=shape
    )
    return Summary.Value(tag=tag, metadata=_histogram_metadata(description), tensor=tensor)


@cache
def _histogram_metadata(description):
    return histogram_metadata.create_summary_metadata("", description)


# Not used for scalars and histograms: make_tensor_proto is too slow where every step is logged.
def _value(tag: str, array: np.ndarray, metadata: SummaryMetadata) -> Summary.Value:
    return Summary.Value(tag=tag, metadata=metadata, tensor=make_tensor_proto(array))
