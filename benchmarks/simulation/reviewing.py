"""What reviewers are shown beside a file, and what they conclude; neither is perfect.

Prompts are those of `risk_models.integrity*`, raised on the files of one wave at
a time, as a reviewer would have them. Two need no more than what was drawn:
haste is a pace below the figure of the library, and a shared paper is a shared
paper.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.assumptions import CONCEALING, Assumptions
from benchmarks.simulation.respondents import Stated
from benchmarks.simulation.truth import Firms
from questionnaires.response import Answers
from risk_models.integrity import Kind, Prompt, SecondLook
from risk_models.integrity_alike import alike
from risk_models.integrity_alone import contradictions, straight_lines
from risk_models.integrity_together import Files, too_good
from risk_models.integrity_unusual import unusual
from risk_models.layout import Layout
from risk_models.scoring import score

Prompts = dict[str, NDArray[np.int64]]
"""How many prompts of each kind a file raised."""


def prompts(layout: Layout, look: SecondLook, firms: Firms, stated: Stated, seed: int) -> Prompts:
    """Return the prompts of every file."""
    raised: Prompts = {kind: np.zeros(firms.size, np.int64) for kind in Kind}
    for wave in np.unique(firms.wave):
        rows = np.flatnonzero(firms.wave == wave)
        files = _files(layout, stated, rows)
        for kind, found in _found(look, layout, files, seed):
            raised[kind][rows] = [len(one) for one in found]
    raised[Kind.HASTE] = (stated.pace < look.figure("haste_seconds")).astype(np.int64)
    raised[Kind.SAME_PAPER] = np.minimum(stated.shared, 3).astype(np.int64)
    return raised


def conclusions(said: Assumptions, firms: Firms, stated: Stated, random: np.random.Generator) -> NDArray[np.bool_]:
    """Return on which files reviewers conclude that there is a case."""
    chance = np.where(stated.kind == CONCEALING, said.found_concealed, said.found_open)
    return random.random(firms.size) < np.where(firms.case, chance, said.found_wrongly)


def _found(
    look: SecondLook, layout: Layout, files: Files, seed: int
) -> Iterable[tuple[Kind, tuple[tuple[Prompt, ...], ...]]]:
    yield Kind.CONTRADICTION, contradictions(look, files.answers, layout.parameters)
    yield Kind.STRAIGHT_LINE, straight_lines(look, layout, files.answers)
    yield Kind.TOO_GOOD, too_good(look, files).prompts
    yield Kind.ALIKE, alike(look, files, seed).prompts
    yield Kind.UNUSUAL, unusual(look, files, seed).prompts


def _files(layout: Layout, stated: Stated, rows: NDArray[np.intp]) -> Files:
    """Return the files of one wave; every firm is an organisation of its own, and nobody declares a preparer."""
    answers = stated.answers
    part = Answers(answers.codebook, answers.codes[:, rows], answers.numbers[:, rows], answers.bits[:, rows])
    names = tuple(f"{row:06}" for row in rows.tolist())
    return Files(names, names, (frozenset(),) * len(names), layout, score(layout, part, stated.grades[:, rows]))
