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


def distribution(tag: str, values: np.ndarray, description: str = "", bins=20) -> Summary.Value:
    """A histogram of values from 0 to 1, over `bins` equal parts of that range; NaN is left out."""
    counts, edges = np.histogram(values[np.isfinite(values)], bins=bins, range=(0, 1))
    return _histogram(tag, edges, counts, description)


def profile(tag: str, heights: np.ndarray, description: str = "") -> Summary.Value:
    """A curve over t = 1 … T, shown as a histogram whose axis is t.

    Args:
        tag: The tag.
        heights: The height at each timestep, 0 or more, shape (T,).
        description: What the curve shows.
    """
    edges = np.arange(len(heights) + 1) + 0.5
    return _histogram(tag, edges, np.nan_to_num(heights, posinf=0), description)


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


def _histogram(tag, edges, heights, description):
    buckets = np.empty((len(heights), 3))
    buckets[:, 0], buckets[:, 1], buckets[:, 2] = edges[:-1], edges[1:], heights
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
