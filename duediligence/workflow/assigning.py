"""The lead auditor gives a file to a reviewer, or to another one than before.

Whoever is given a file sees nothing of it until they have said what ties them to the
firm, just as if they had taken it from the queue. So a file that is given waits for
one person, and for nobody else. Whoever had it before sees nothing more of it; what
they decided stays. Where the new reviewer says that something does tie them, the file
goes back to the queue, and they cannot be given files of that firm again.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from duediligence.access import Step
from duediligence.database import new_id
from duediligence.engagement import Engagement, Part, Stage
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.judgement import Standing
from duediligence.mail import Subject
from duediligence.store import assignment as assignments
from duediligence.store import double as readings
from duediligence.store import engagement as store
from duediligence.store import person as people
from duediligence.store import review as entries
from duediligence.store.assignment import Assignment
from duediligence.telling import Told, tell
from duediligence.words import problem
from duediligence.workflow import queueing
from duediligence.workflow.queueing import Load
from duediligence.workflow.reviewing import judged
from duediligence.workflow.work import Work, subject_of
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.problem import Problem

LONGEST = 500
"""Characters of a reason."""


class Hindrance(StrEnum):
    """Why a file cannot be given to somebody."""

    OWN_ORGANISATION = "own_organisation"
    TIED = "tied"  # they declared a tie to the firm, at this file or another
    OTHER_REVIEWER = "other_reviewer"  # they review this file in the other part
    HAS_IT = "has_it"
    LEADS = "leads"  # they see what its reviewers do


class Candidate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody to whom a file could be given, with what they have in hand."""

    person: str
    load: Load
    hindrance: Hindrance | None


class Choice(NamedTuple):
    """What a lead auditor chooses from: who may review a file, and to whom it was given so far."""

    engagement: Engagement
    candidates: dict[Part, tuple[Candidate, ...]]  # without a part that cannot be given now
    given: tuple[Assignment, ...]  # oldest first
    names: dict[str, str]  # of the people in `given`, by id


def choice(work: Work, identifier: str) -> Choice:
    """Return who could review a file, with what they have in hand and what keeps them from it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.REVIEW_ASSIGN, subject_of(one))
    given = assignments.of_engagement(work.connection, identifier)
    named = people.load_many(work.connection, {each.person for each in given})
    return Choice(
        engagement=one,
        candidates={part: _candidates(work, one, part) for part in Part if _moment(work, one, part)},
        given=given,
        names={each.id: each.name for each in named},
    )


def assign(work: Work, identifier: str, part: Part, person: str, reason: str) -> Engagement:
    """Return a file that now waits for one reviewer, who is told so by a letter.

    Raises:
        NotFound: there is no such reviewer in a body that the actor leads, or see `Work.allow`.
        NotAllowed: see `Work.allow`.
        WrongMoment: the file is not under review, or stands where this part must not change.
        Unfit: the reason is missing or may point to a person, or something keeps them from this file.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.REVIEW_ASSIGN, subject_of(one))
    if not _moment(work, one, part):
        raise WrongMoment("The reviewers of this file cannot be changed now. Load it again.")
    chosen = next((each for each in _candidates(work, one, part) if each.person == person), None)
    if chosen is None:
        raise NotFound("There is no such reviewer.")
    if wrong := tuple(_faults(chosen, reason)):
        raise Unfit(wrong)
    free = {"reviewer": None, "stage": Stage.SUBMITTED} if part is Part.AUDITOR else {"second_reviewer": None}
    after = msgspec.structs.replace(one, **free, revision=one.revision + 1, changed=work.now)
    store.save(work.connection, one, after)
    assignments.end(work.connection, identifier, part, work.now)
    given = Assignment(
        id=new_id(),
        engagement=identifier,
        part=part,
        person=person,
        reason=reason.strip(),
        by=work.actor.person,
        at=work.now,
    )
    assignments.add(work.connection, given)
    link = f"/queue/{identifier}"
    told = Told(subject=Subject.FILE_GIVEN, engagement=identifier, people=(person,), link=link, at=work.now)
    tell(work.connection, one, told)
    before = one.reviewer if part is Part.AUDITOR else one.second_reviewer
    work.record(Step.REVIEW_ASSIGN, identifier, {"part": part, "to": person, "before": before or ""})
    return after


def _moment(work: Work, one: Engagement, part: Part) -> bool:
    """Return whether the reviewer of a part can be chosen as a file stands.

    Whoever proposed, or disputes, sees it through: the decision that is due is about what they said.
    """
    if part is Part.AUDITOR and one.stage is Stage.SUBMITTED:
        return True
    if one.stage is not Stage.IN_REVIEW:
        return False
    standing = judged(entries.entries(work.connection, one.id)).standing
    return standing is Standing.OPEN or (part is Part.SECOND_REVIEWER and standing is Standing.PROPOSED)


def _candidates(work: Work, one: Engagement, part: Part) -> tuple[Candidate, ...]:
    """Return the reviewers of the actor's bodies, those with the least in hand first."""
    known = queueing.reviewers(work, part)
    loads = queueing.loads_of(work, {person.id: person.name for person in known})
    tied = store.tied_to(work.connection, one.organisation)
    waits = assignments.waiting(work.connection, [one.id])
    has = {Part.AUDITOR: {one.reviewer}, Part.SECOND_REVIEWER: {one.second_reviewer}}
    for (_, which), person in waits.items():
        has[which].add(person)
    other = Part.SECOND_REVIEWER if part is Part.AUDITOR else Part.AUDITOR
    reading = readings.find(work.connection, one.id)
    has[other].add(reading.person if reading else None)  # whoever judges it blind reviews it in no part

    def hindrance(person: str) -> Hindrance | None:
        if one.organisation in people.organisations_of(work.connection, person):
            return Hindrance.OWN_ORGANISATION
        if person in tied:
            return Hindrance.TIED
        if person in has[other]:
            return Hindrance.OTHER_REVIEWER
        return Hindrance.HAS_IT if person in has[part] else None

    found = [Candidate(person=each.id, load=loads[each.id], hindrance=hindrance(each.id)) for each in known]
    return tuple(sorted(found, key=lambda each: (each.load.first + each.load.second, each.load.name, each.person)))


def _faults(chosen: Candidate, reason: str) -> Iterable[Problem]:
    if chosen.hindrance:
        yield problem(f"REVIEWER_{chosen.hindrance}".upper(), "person")
    if not reason.strip():
        yield problem("REASON_MISSING", "reason")
    if len(reason) > LONGEST:
        yield problem("REASON_TOO_LONG", "reason", longest=LONGEST)
    for trait in privacy.traits(reason):
        yield wording.problem("MAY_NAME_A_PERSON", where="reason", trait=trait.label)
