"""Colours that the colour-blind tell apart, on white and on dark; every one of them in the page."""

import itertools
import re
from importlib.resources import files

import numpy as np
import pytest

from rnnexp.report.draw.style import CSS_VARIABLES, MARKERS, PALETTE, marker_style

# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
SIGHT = {
    "all colours": np.eye(3),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])


def linear(colour):
    s = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear RGB: a distance of 2 is just seen, of 10 at a glance."""
    f = np.cbrt(XYZ @ np.clip(rgb, 0, 1))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def themes():
    """The page's colours by variable: light, then dark."""
    page = files("rnnexp.report.write").joinpath("page.html").read_text(encoding="utf-8")
    roots = re.findall(r":root \{(.*?)\}", page, re.DOTALL)
    return [dict(re.findall(r"--(\w+): (#\w{6})", root)) for root in roots]


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_two_colours_are_told_apart(theme, sight):
    colours = [themes()[theme][f"c{i}"] for i in range(len(PALETTE))]
    seen = [lab(SIGHT[sight] @ linear(colour)) for colour in colours]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert nearest > 10


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_and_lines_stand_out_from_the_page(theme):
    """By WCAG 2's contrast: its 4.5 for words; lines, thick and with marks on them, have 2."""
    colours = themes()[theme]

    def contrast(name):
        one, other = (linear(colours[n]) @ [0.2126, 0.7152, 0.0722] for n in (name, "paper"))
        return (max(one, other) + 0.05) / (min(one, other) + 0.05)

    assert min(contrast(name) for name in ("ink", "muted")) > 4.5
    assert min(contrast(f"c{i}") for i in range(len(PALETTE))) > 2


def test_both_themes_have_every_colour_of_a_figure():
    names = {value[6:-1] for value in CSS_VARIABLES.values() if value.startswith("var(--")}
    light, dark = themes()
    assert names <= set(light) == set(dark)
    assert [light[f"c{i}"] for i in range(len(PALETTE))] == list(PALETTE)


def test_marks_differ_before_they_repeat():
    marks = [tuple(marker_style(i).values()) for i in range(len(PALETTE) * len(MARKERS))]
    assert len(set(marks)) == len(marks)
    assert marker_style(len(marks)) == marker_style(0)
