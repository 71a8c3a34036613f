"""Charts that can be read without colour, heard without sight, and used under a strict content policy."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_cases import report_of

from duediligence.reports import svg
from duediligence.reports.pdf import charts
from questionnaires.text import LANGUAGES

EVERY = [(name, language) for name in ("almost_empty", "cotton_farm", "much_wrong") for language in LANGUAGES]
SPACE = "{http://www.w3.org/2000/svg}"

# How people without one of the three kinds of cone see linear RGB (Viénot and others 1999; Brettel for the last).
VISION = {
    "protan": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deutan": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
    "tritan": [[1, 0.14461, -0.14461], [0, 0.85924, 0.14076], [0, 0.85924, 0.14076]],
}


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_chart_is_named_described_and_free_of_style_and_script(name, language):
    for drawn in charts(report_of(name, language)).values():
        root = ET.fromstring(drawn.svg)
        assert root.get("role") == "img"
        assert root.find(f"{SPACE}title").text == drawn.title
        assert root.find(f"{SPACE}desc").text == drawn.description
        assert not re.search(r"style=|<style|<script|\son\w+=|href", drawn.svg)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_mark_stands_within_its_drawing(name, language):
    for drawn in charts(report_of(name, language)).values():
        root = ET.fromstring(drawn.svg)
        _, _, width, height = map(float, root.get("viewBox").split())
        for mark in root.iter():
            assert all(-0.1 <= float(mark.get(key, 0)) <= width for key in ("x", "x1", "x2", "cx"))
            assert all(-0.1 <= float(mark.get(key, 0)) <= height for key in ("y", "y1", "y2", "cy"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_strip_says_every_level_in_words_and_by_a_sign(language):
    report = report_of("cotton_farm", language)
    said = [part.text for part in ET.fromstring(charts(report)["strip"].svg).iter(f"{SPACE}text")]
    for cell in report.strip.cells:
        assert cell.symbol in said
        assert all(word in " ".join(said) for word in (*cell.word.split(), *cell.label.split()))
    signs = {cell.level: cell.symbol for cell in report.strip.cells}
    assert len({signs[level] for level in ("none", "weak", "moderate", "strong")}) == 4


def test_an_indicator_that_nobody_assessed_has_no_point():
    measured = charts(report_of("cotton_farm", "en"))["numbers"].svg.count("<circle")
    assert charts(report_of("almost_empty", "en"))["numbers"].svg.count("<circle") == measured - 1


def test_words_on_every_fill_can_be_read():
    for level, fill in svg.LEVEL_FILLS.items():
        assert contrast(fill, svg.PAPER if level == "strong" else svg.INK) >= 4.5
    assert all(contrast(fill, svg.INK) >= 4.5 for fill in svg.BAND_FILLS)
    assert contrast(svg.QUIET, svg.PAPER) >= 4.5
    assert contrast(svg.POINT, svg.PAPER) >= 4.5


def test_graver_is_darker():
    levels = [luminance(svg.LEVEL_FILLS[level]) for level in ("none", "weak", "moderate", "strong")]
    assert all(lighter > 1.15 * darker for lighter, darker in pairwise(levels))
    bands = [luminance(fill) for fill in svg.BAND_FILLS]
    assert all(lighter > darker for lighter, darker in pairwise(bands))


@pytest.mark.parametrize("vision", VISION)
def test_levels_differ_for_every_kind_of_colour_vision(vision):
    seen = [
        np.clip(np.array(VISION[vision]) @ linear(svg.LEVEL_FILLS[level]), 0, 1)
        for level in ("none", "weak", "moderate", "strong")
    ]
    assert all(np.linalg.norm(one ** (1 / 2.2) - other ** (1 / 2.2)) > 0.12 for one, other in pairwise(seen))


@given(st.lists(st.text("aäžШ", min_size=1, max_size=14), min_size=1, max_size=12), st.floats(40, 300))
def test_wrapping_loses_no_word(parts, width):
    text = " ".join(parts)
    rows = svg.wrap(text, width, 12)
    assert " ".join(rows) == text
    assert all(len(row) * 12 * 0.54 <= width or " " not in row for row in rows)


@given(st.floats(1, 200), st.floats(1, 60))
def test_a_hatch_stays_within_its_box(width, height):
    root = ET.fromstring(f"<g>{svg.hatch((0, 0), width, height)}</g>")
    for mark in root:
        assert all(-0.1 <= float(mark.get(key)) <= width + 0.1 for key in ("x1", "x2"))
        assert all(-0.1 <= float(mark.get(key)) <= height + 0.1 for key in ("y1", "y2"))


def test_words_are_never_read_as_marks():
    assert ET.fromstring(svg.words((0, 0), '<script> & "quoted"')).text == '<script> & "quoted"'
