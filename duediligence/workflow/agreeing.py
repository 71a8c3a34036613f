"""How far reviewers agree, for the lead auditor: answers that two people graded, neither knowing of the other.

It rests on the files that chance drew to be judged twice (`doubling`), once both are
done. What the first made of an answer is the grade that stood when the file was
concluded: the last one that its auditor gave, or the one that it was handed in with
and that the auditor left. Answers that the first graded by what was seen or heard on
site are left out, for the second had nothing but papers.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

import msgspec

from duediligence.access import Step, may
from duediligence.errors import NotFound
from duediligence.judgement import Decision, Graded
from duediligence.store import double as readings
from duediligence.store.double import Sample
from duediligence.store.double import Twice as Row
from duediligence.workflow.doubling import GRADES
from duediligence.workflow.work import ASHGABAT, Work
from risk_models import agreement, parameter
from risk_models.agreement import Agreement, Change, Terms, Twice

MOST = 2000
"""Files that agreement is measured on, the last ones that were read."""


class Agreeing(NamedTuple):
    """How far reviewers agree on each section, how that has moved, and on how many files it rests."""

    sections: tuple[Agreement, ...]
    changes: tuple[Change, ...]
    days: int  # the last so many are held against all before
    sample: Sample
    wanted: int  # below so many files nothing is stated
    terms: Terms


def agreeing(work: Work) -> Agreeing:
    """Return how far reviewers agree on each section of the form.

    Raises:
        NotFound: the actor leads no reviewing body.
    """
    if not may(work.actor, Step.REVIEW_ORDER):
        raise NotFound("There is no such thing, or it is not yours to see.")
    figures = parameter.values_on(parameter.read_all(), work.day)
    wanted, days = (int(figures[f"agreement.{name}"]) for name in ("pairs_min", "recent_days"))
    terms = Terms(grades=len(GRADES), files_min=wanted)
    pairs = tuple(_pairs(readings.twice(work.connection, MOST)))
    return Agreeing(
        sections=agreement.agreement(pairs, terms),
        changes=agreement.changes(pairs, work.day - timedelta(days=days), terms),
        days=days,
        sample=readings.sample(work.connection),
        wanted=wanted,
        terms=terms,
    )


def _pairs(rows: Iterable[Row]) -> Iterable[Twice]:
    for one in rows:
        first = one.stated if one.decision is None else _grade(one.decision)
        if first in GRADES:
            day = max(one.concluded, one.done).astimezone(ASHGABAT).date()
            yield Twice(file=one.engagement, section=one.section, on=day, first=first, second=one.grade)


def _grade(decision: bytes) -> int:
    found = msgspec.json.decode(decision, type=Decision)
    assert isinstance(found, Graded), "only grades are looked through"
    return int(found.grade)
