"""Reads run folders; writes tables and figures. Nothing of TensorFlow or Keras is imported."""
