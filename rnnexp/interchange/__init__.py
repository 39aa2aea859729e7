"""Conversion of weights and models to and from `keras.layers` and PyTorch."""

from rnnexp.interchange.keras_models import from_keras, to_keras
from rnnexp.interchange.torch_weights import from_torch, to_torch

__all__ = ["from_keras", "from_torch", "to_keras", "to_torch"]
