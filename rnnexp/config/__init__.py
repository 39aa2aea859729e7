"""The config of an experiment: composed by Hydra, checked, and turned into objects.

Nothing here imports TensorFlow, so that a mistake in a config is reported at once.
"""
