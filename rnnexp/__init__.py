"""rnnexp: a laboratory for recurrent networks on Keras 3 and TensorFlow.

Importing this package imports nothing heavy; the rooms inside it are imported by their own names.
"""

__version__ = "0.1.0"
