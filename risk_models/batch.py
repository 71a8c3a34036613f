"""Many responses: the same scoring in blocks, on every core.

A block is so large that threads seldom wait for each other, and so small that its
arrays stay in a cache. Blocks do not know of each other, so that their size
changes no digit.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from questionnaires.response import Answers
from risk_models.layout import Layout
from risk_models.scoring import score

BLOCK = 16_384
"""Responses in a block."""


@dataclass(frozen=True, slots=True)
class Results:
    """Profiles without texts, one entry (or column) a response; nothing is rounded but what `score` rounds."""

    inherent: NDArray[np.float64]  # 0 to 100
    control: NDArray[np.float64]  # 0 to 100
    confidence: NDArray[np.float64]  # 0 to 1
    residual: NDArray[np.float64]  # 0 to 100
    low: NDArray[np.float64]  # the interval that missing answers leave open
    high: NDArray[np.float64]
    coverage: NDArray[np.float64]  # 0 to 1
    levels: NDArray[np.int8]  # 0 none to 3 strong, shape (indicators, responses)
    band: NDArray[np.int8]  # position among the bands
    highest_band: NDArray[np.int8]  # what missing answers may still raise it to


def score_many(layout: Layout, answers: Answers, grades: NDArray[np.int8]) -> Results:
    """Return the profile of every response, without its explanation.

    Args:
        layout: the rules, for the day of the assessment.
        answers: as `columns` gives them, any number.
        grades: evidence grade of each answer, shape (questions, responses).
    """
    results = _empty(len(layout.model.indicators), answers.size)

    def one(part: slice) -> None:
        scored = score(layout, answers.block(part.start, part.stop), grades[:, part])
        profiles = scored.profiles
        for name in ("inherent", "control", "confidence", "residual", "band"):
            getattr(results, name)[part] = getattr(profiles.stated, name)
        for name in ("low", "high", "coverage", "highest_band"):
            getattr(results, name)[part] = getattr(profiles, name)
        results.levels[:, part] = profiles.stated.levels

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, _blocks(answers.size)))
    return results


def _blocks(size: int) -> Iterator[slice]:
    return (slice(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK))


def _empty(indicators: int, size: int) -> Results:
    inherent, control, confidence, residual, low, high, share = np.empty((7, size))
    steps = np.empty((indicators + 2, size), np.int8)
    return Results(inherent, control, confidence, residual, low, high, share, steps[2:], steps[0], steps[1])
