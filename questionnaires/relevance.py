"""Which questions are asked, given the answers so far.

Questions are settled in the order of their dependencies: first those that are
always asked, then those whose condition reads only settled ones. A question
that is not asked counts as unanswered in every later condition, and its stored
answer comes back when it is asked again, as in ODK.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import NOT_ASKED, UNANSWERED, Codebook
from questionnaires.condition import ALWAYS, questions_of
from questionnaires.content import ContentError
from questionnaires.program import FALSE, TRUE, UNKNOWN, Program, Truths
from questionnaires.questionnaire import AnyQuestion
from questionnaires.response import Answers


def dependency_layers(questions: tuple[AnyQuestion, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the ids of `questions`, each layer reading only earlier layers.

    Raises:
        ContentError: some questions wait for each other; the message names them.
    """
    reads = {question.id: questions_of(question.relevant) for question in questions}
    settled: set[str] = set()
    layers: list[tuple[str, ...]] = []
    while waiting := [name for name in reads if name not in settled]:
        layer = tuple(name for name in waiting if reads[name] <= settled)
        if not layer:
            raise ContentError(f"these questions wait for each other or for unknown ones: {', '.join(waiting)}")
        layers.append(layer)
        settled.update(layer)
    return tuple(layers)


class Relevance:
    """The rules by which one questionnaire opens and closes its questions."""

    def __init__(self, codebook: Codebook) -> None:
        """Order the rules by what they read."""
        self._codebook = codebook
        relevant = {question.id: question.relevant for question in codebook.questions}
        layers = [
            [name for name in layer if relevant[name] != ALWAYS] for layer in dependency_layers(codebook.questions)
        ]
        self._layers = [
            (
                np.array([codebook.row[name] for name in layer], np.intp),
                Program(codebook, [relevant[name] for name in layer]),
            )
            for layer in layers
            if layer
        ]

    def asked(self, answers: Answers) -> NDArray[np.bool_]:
        """Return which questions are asked, two-valued, shape (questions, responses)."""
        codes = answers.codes.copy()
        seen = replace(answers, codes=codes)
        for rows, program in self._layers:
            shut = program.run(seen, blank=FALSE) == FALSE
            codes[rows] = _shut(codes[rows], shut)
        result: NDArray[np.bool_] = codes != NOT_ASKED
        return result

    def apply(self, answers: Answers) -> Answers:
        """Return `answers` with every question that is not asked marked so."""
        return replace(answers, codes=_shut(answers.codes, ~self.asked(answers)))

    def possible(self, answers: Answers) -> tuple[Answers, Truths]:
        """Return what may still turn out to be asked, once the unknown is known.

        The truths, shape (questions, responses), are FALSE where a question is
        settled as not asked and UNKNOWN where it depends on a missing answer.
        Stored answers to questions that are hidden for now count as missing.

        Args:
            answers: as `apply` returns them.
        """
        codes = np.where(answers.codes == NOT_ASKED, np.int8(UNANSWERED), answers.codes)
        seen = replace(answers, codes=codes)
        asked = np.full(codes.shape, TRUE, np.int8)
        for rows, program in self._layers:
            truths = program.run(seen, blank=UNKNOWN, asked=asked)
            asked[rows] = truths
            codes[rows] = _shut(codes[rows], truths == FALSE)
        return seen, asked


def _shut(codes: NDArray[np.int8], shut: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return `codes` with NOT_ASKED where `shut`; NOT_ASKED is -1, all bits of which are set."""
    closed: NDArray[np.int8] = codes | np.negative(shut.view(np.int8))
    return closed


assert NOT_ASKED == -1
