"""Measurements made by hand, and the pictures that are drawn of them."""

from pathlib import Path

import numpy as np

from rnnexp.dashboard.figure_parts import to_png
from rnnexp.dashboard.figures import layer_figures
from rnnexp.dashboard.history import History
from tests.dashboard.measured import of_gates, of_gradients, of_units


def history(*measured, **attributes):
    found = History(Path("never written"))
    for arrays in measured:
        found.add("unit", arrays, attributes)
    return found.layer("unit")


def of(steps, gates=("z", "r"), gradients=("d_h", "d_c", "delta_z", "d_x")):
    rng = np.random.default_rng(0)
    units = of_units(rng, [*steps][-2:], gates)
    return of_gates(rng, steps, gates) | of_gradients(rng, steps, gradients) | units


def drawn(*measured, **attributes):
    """By the last part of its tag: every picture, when it could be drawn."""
    found = {}
    for picture in layer_figures("unit", history(*measured, **attributes)):
        data, (width, height) = to_png(picture.figure)
        assert data.startswith(b"\x89PNG")
        assert min(width, height) > 100
        found[picture.tag.rpartition("/")[2]] = picture.figure
    return found
