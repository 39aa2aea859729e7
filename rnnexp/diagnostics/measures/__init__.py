"""Measures, which are plain functions from the Dataset of one layer to a Dataset."""
