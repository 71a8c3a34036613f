"""How far reviewers agree, for the lead auditor: answers whose evidence two people graded, one after the other.

A file is graded a second time where it was given to another auditor. That is no blind
sample: the second could see what the first had done, and whoever changes nothing has
not graded again. So the figures are an upper bound at best, and whoever shows them
says so.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from duediligence.access import Step, may
from duediligence.assessment import codebook
from duediligence.errors import NotFound
from duediligence.judgement import Decision, Graded
from duediligence.store import review as entries
from duediligence.store.review import Grading
from duediligence.workflow.work import ASHGABAT, Work
from risk_models import agreement, parameter
from risk_models.agreement import Agreement, Terms, Twice
from risk_models.evidence import EvidenceGrade

MOST = 50_000
"""Grades that are looked through, the newest."""


class Agreeing(NamedTuple):
    """How far reviewers agree on each section, and on how many files that rests."""

    sections: tuple[Agreement, ...]
    files: int
    wanted: int  # below so many files nothing is stated


def agreeing(work: Work) -> Agreeing:
    """Return how far reviewers agree on each section of the form.

    Raises:
        NotFound: the actor leads no reviewing body.
    """
    if not may(work.actor, Step.REVIEW_ORDER):
        raise NotFound("There is no such thing, or it is not yours to see.")
    pairs = twice(entries.gradings(work.connection, MOST))
    wanted = int(parameter.values_on(parameter.read_all(), work.day)["agreement.pairs_min"])
    terms = Terms(grades=len(EvidenceGrade), files_min=wanted)
    return Agreeing(agreement.agreement(pairs, terms), len({pair.file for pair in pairs}), wanted)


def twice(gradings: Sequence[Grading]) -> tuple[Twice, ...]:
    """Return the answers that two people graded, with the last grade of the first two who did.

    Args:
        gradings: those of one answer beside each other, the oldest first.
    """
    return tuple(_pairs(gradings))


def _pairs(gradings: Sequence[Grading]) -> Iterable[Twice]:
    for (file, question), given in groupby(gradings, key=lambda one: (one.engagement, one.question)):
        last = {one.by: one for one in given}
        if len(last) > 1:
            first, second = list(last.values())[:2]
            book = codebook(first.questionnaire, first.questionnaire_version)
            if question in book.section:
                day = max(first.at, second.at).astimezone(ASHGABAT).date()
                yield Twice(file, book.section[question], day, _grade(first), _grade(second))


def _grade(one: Grading) -> int:
    decision = msgspec.json.decode(one.content, type=Decision)
    assert isinstance(decision, Graded), "only grades are looked through"
    return int(decision.grade)
