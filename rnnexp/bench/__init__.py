"""How fast the layers are, beside Keras's and PyTorch's, on the machine that asks."""
