"""Benchmarks of the layers in comparison with Keras's and PyTorch's."""
