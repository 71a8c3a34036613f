"""Which questions are asked, given the answers so far.

Questions are settled in the order of their dependencies: first those that are
always asked, then those whose condition reads only settled ones. A question
that is not asked counts as unanswered in every later condition, and its stored
answer comes back when it is asked again, as in ODK.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import DECLINED, NOT_APPLICABLE, NOT_ASKED, NOT_KNOWN, UNANSWERED, Codebook
from questionnaires.condition import ALWAYS, questions_of
from questionnaires.content import ContentError
from questionnaires.program import Bits, Planes, Program, Truths, truths, unpack
from questionnaires.questionnaire import AnyQuestion
from questionnaires.response import Answers

# In the order in which `Settled.reasons` has them.
_REASONS = np.array([NOT_APPLICABLE, UNANSWERED, DECLINED, NOT_KNOWN], np.int8)[:, None, None]


class _Now(NamedTuple):
    """What is asked and answered as things stand, with the comparisons that conditions are made of."""

    value: Bits
    reasons: Bits
    missing: Bits
    asked: Bits
    told: Bits
    compared: list[Planes]


@dataclass(frozen=True, slots=True)
class Settled:
    """What is asked and answered, as bits with one row a question.

    First as things stand, then as they may come to be once everything missing
    is known. There, what is hidden for now counts as missing.
    """

    asked: Bits
    told: Planes  # where there is a value, and where there is one or may come to be
    reasons: Bits  # where there is none: not applicable, unanswered, declined, not known
    open: Planes  # where a question is sure to be asked, and where it may be
    possible: Planes  # where there is a value, and where there is one or may come to be

    def rows(self, rows: NDArray[np.intp]) -> "Settled":
        """Return what is known of some questions, in the order given."""
        parts = (self.asked, self.told, self.reasons, self.open, self.possible)
        return Settled(*(part.take(rows, axis=-2) for part in parts))


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
        self.read = frozenset().union(*map(questions_of, relevant.values()))
        """The questions on which it depends what else is asked."""
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
        return unpack(self._now(answers).asked, answers.size).view(np.bool_)

    def apply(self, answers: Answers) -> Answers:
        """Return `answers` with every question that is not asked marked so."""
        return shut(answers, self._now(answers).asked)

    def possible(self, answers: Answers) -> tuple[Answers, Truths]:
        """Return what may still turn out to be asked, once the unknown is known.

        The truths, shape (questions, responses), are FALSE where a question is
        settled as not asked and UNKNOWN where it depends on a missing answer.
        Stored answers to questions that are hidden for now count as missing.

        Args:
            answers: as `apply` returns them.
        """
        settled = self.settle(answers)
        codes = np.where(answers.codes == NOT_ASKED, np.int8(UNANSWERED), answers.codes)
        return shut(replace(answers, codes=codes), settled.open[1]), truths(settled.open, answers.size)

    def settle(self, answers: Answers) -> Settled:
        """Return what is asked and answered, as things stand and as they may come to be."""
        now = self._now(answers)
        possible = np.stack([now.told, now.value | now.missing | ~now.asked])
        still = np.full_like(possible, 255)
        for (rows, program), leaves in zip(self._layers, now.compared, strict=True):
            still[:, rows] = program.evaluate(leaves, possible, asked=still)
        return Settled(
            asked=now.asked,
            open=still,
            told=np.stack([now.told, (now.value | now.missing) & now.asked]),
            possible=possible & still[1],
            reasons=now.reasons & now.asked,
        )

    def _now(self, answers: Answers) -> "_Now":
        value = np.packbits(answers.codes >= 0, axis=-1)
        reasons = np.packbits(answers.codes == _REASONS, axis=-1)
        missing = reasons[1] | reasons[2] | reasons[3]
        asked, told = value | missing | reasons[0], value.copy()
        compared = [program.compare(answers) for _, program in self._layers]
        for (rows, program), leaves in zip(self._layers, compared, strict=True):
            shown = program.evaluate(leaves, told[None])[0]
            asked[rows] &= shown
            told[rows] &= shown
        return _Now(value, reasons, missing, asked, told, compared)


def shut(answers: Answers, asked: Bits) -> Answers:
    """Return `answers` with the code NOT_ASKED, all bits of which are set, wherever a question is not asked."""
    closed = unpack(~asked, answers.size)
    return replace(answers, codes=answers.codes | np.negative(closed, out=closed).view(np.int8))


assert NOT_ASKED == -1
