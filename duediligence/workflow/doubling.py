"""A part of the files is judged twice: by a second auditor who knows nothing of the first.

    handed in ─► chance draws it ─► the lead auditor gives it ─► nothing ties the reader to the firm ─► judged ─► done

The blind reader is shown the file as it was handed in: the answers and the documents
that reviewers may read, and no word of the first auditor, neither grades nor messages,
proposal or name. Until they are done they meet the file nowhere else, and they cannot
become one of its reviewers. What they say changes nothing about the file; beside what
the first made of it, it tells how far reviewers agree (`agreeing`).

Judged are answers with a paper behind them: a bare statement leaves nothing to judge.
The scale ends at E2, for what was seen on site or heard from workers is not in the file.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import msgspec

from duediligence import record
from duediligence.access import Step, Subject, may
from duediligence.assessment import codebook
from duediligence.database import Connection
from duediligence.engagement import Engagement, Part, Stage
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.evidence import File, Linked
from duediligence.mail import Subject as Letter
from duediligence.organisation import Role
from duediligence.record_shared import Reader, SharedAssessment, shared
from duediligence.store import assignment as assignments
from duediligence.store import double as readings
from duediligence.store import engagement as store
from duediligence.store import file as files
from duediligence.store import person as people
from duediligence.store import prompt as prompts
from duediligence.store.double import BlindGrade, Reading
from duediligence.store.engagement import Listed
from duediligence.telling import Told, tell
from duediligence.words import problem
from duediligence.workflow import queueing
from duediligence.workflow.assigning import Candidate, Hindrance
from duediligence.workflow.work import Work, subject_of
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.problem import Problem
from questionnaires.progress import asked
from risk_models import agreement, parameter
from risk_models.evidence import EvidenceGrade
from risk_models.integrity import Prompt

GRADES = (EvidenceGrade.E0, EvidenceGrade.E1, EvidenceGrade.E2)
"""What somebody can tell who reads papers and was nowhere."""

LONGEST = 500
"""Characters of a tie."""

MOST = 500
"""Readings that a lead auditor is shown, the oldest."""

_OPEN = (Stage.SUBMITTED, Stage.IN_REVIEW)


class BlindFile(NamedTuple):
    """A file as its blind reader sees it."""

    identifier: str
    site: str
    organisation: str
    questionnaire: tuple[str, str]  # id and version
    reading: Reading
    copy: SharedAssessment  # as it was handed in
    documents: tuple[Linked, ...]  # that stood for an answer when it was handed in
    judged: tuple[str, ...]  # questions whose answers are to be judged, in the order of the form
    grades: Mapping[str, BlindGrade]
    prompts: tuple[Prompt, ...]  # what was worth a second look when the first auditor took the file


class Given(NamedTuple):
    """A reading as the lead auditor sees it."""

    reading: Reading
    file: Listed
    reader: str  # name; "" while nobody has it


def drawn(identifier: str, secret: bytes, day: date) -> bool:
    """Return whether chance will have a file judged twice; the same whenever it is asked.

    Args:
        identifier: of the engagement.
        secret: of the installation, so that nobody can tell beforehand.
        day: whose share applies.
    """
    share = parameter.values_on(parameter.read_all(), day)["agreement.double_share"] / 100
    key = hmac.digest(secret, b"double sample", "sha256")
    return bool(agreement.double_sample([identifier], key=key, share=share))


def waiting(work: Work) -> tuple[Given, ...]:
    """Return the readings that are not done, for a lead auditor; the oldest first.

    Raises:
        NotFound: the actor leads no reviewing body.
    """
    if not may(work.actor, Step.REVIEW_DOUBLE):
        raise NotFound("There is no such thing, or it is not yours to see.")
    found = [
        (one, file)
        for one, file in readings.waiting(work.connection, MOST)
        if may(work.actor, Step.REVIEW_DOUBLE, _subject(file.engagement, one))
    ]
    named = people.load_many(work.connection, {one.person for one, _ in found if one.person})
    names = {each.id: each.name for each in named}
    return tuple(Given(one, file, names.get(one.person or "", "")) for one, file in found)


def mine(work: Work) -> tuple[tuple[Reading, Listed], ...]:
    """Return the readings that the actor was given and has not finished, the oldest first."""
    return tuple(
        (one, file)
        for one, file in readings.held(work.connection, work.actor.person)
        if _blind(work, file.engagement, one)
    )


def candidates(work: Work, identifier: str) -> tuple[Given, tuple[Candidate, ...]]:
    """Return a reading, and who could be given it, with what each has in hand and what keeps somebody from it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or chance did not draw this file.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.REVIEW_DOUBLE, subject_of(one))
    reading = readings.load(work.connection, identifier)
    reader = people.load_many(work.connection, {reading.person} if reading.person else set())
    listed = queueing.listed(work, one)
    return Given(reading, listed, reader[0].name if reader else ""), _candidates(work, one, reading)


def may_be_given(one: Given) -> bool:
    """Return whether a reading can be given as things stand.

    After its review was concluded the result of a file stands in the list of all, where anybody may have met it.
    """
    return not one.reading.done and one.file.engagement.stage in _OPEN


def give(work: Work, identifier: str, person: str) -> Reading:
    """Return a reading that somebody was given, who is told so by a letter; whoever had it has it no more.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is no such auditor in a body that the actor leads.
        WrongMoment: it cannot be given any more.
        Unfit: something keeps them from this file.
    """
    found, known = candidates(work, identifier)
    one, reading = found.file.engagement, found.reading
    if not may_be_given(found):
        raise WrongMoment("This file cannot be given to be read blind any more.")
    chosen = next((each for each in known if each.person == person), None)
    if chosen is None:
        raise NotFound("There is no such auditor.")
    if chosen.hindrance:
        raise Unfit((problem(f"REVIEWER_{chosen.hindrance}".upper(), "person"),))
    after = Reading(engagement=identifier, drawn=reading.drawn, person=person, by=work.actor.person, given=work.now)
    readings.forget(work.connection, identifier)
    readings.save(work.connection, after)
    link = f"/doubles/{identifier}"
    told = Told(subject=Letter.FILE_GIVEN, engagement=identifier, people=(person,), link=link, at=work.now)
    tell(work.connection, one, told)
    work.record(Step.REVIEW_DOUBLE, identifier, {"to": person, "before": reading.person or ""})
    return after


def begin(work: Work, identifier: str, interest: str) -> Reading:
    """Return a reading that begins, or that goes back to the lead auditor where something ties the actor to the firm.

    Args:
        work: who reads.
        identifier: of the engagement.
        interest: what ties them to the firm, its owners or buyers; "" when nothing does.

    Raises:
        NotFound: it is not the actor's.
        WrongMoment: it has begun.
        Unfit: what ties them is too long, or may point to a person.
    """
    _, reading = _held(work, identifier)
    if reading.begun:
        raise WrongMoment("You have begun to read this file.")
    if wrong := tuple(_faults(interest)):
        raise Unfit(wrong)
    tie = interest.strip()
    if tie:
        store.declare_interest(work.connection, identifier, work.actor.person, tie, work.now)
        after = Reading(engagement=identifier, drawn=reading.drawn)
    else:
        after = msgspec.structs.replace(reading, begun=work.now)
    readings.save(work.connection, after)
    work.record(Step.REVIEW_BLIND, identifier, {"interest": bool(tie)})
    return after


def held(work: Work, identifier: str) -> tuple[Listed, Reading]:
    """Return a file that the actor reads blind as a list names it, and how far the reading has come.

    Raises:
        NotFound: it is not the actor's.
        WrongMoment: the file was withdrawn.
    """
    one, reading = _held(work, identifier)
    return queueing.listed(work, one), reading


def read(work: Work, identifier: str) -> BlindFile:
    """Return a file as its blind reader sees it.

    Raises:
        NotFound: it is not the actor's.
        WrongMoment: the reader has not yet said what ties them to the firm, or is done.
    """
    one, reading = _held(work, identifier)
    if not reading.begun:
        raise WrongMoment("Say first what ties you to this firm.")
    copy = handed_in(work.connection, one)
    documents = _documents(work, one, copy)
    listed = queueing.listed(work, one)
    return BlindFile(
        identifier=identifier,
        site=listed.site,
        organisation=listed.organisation,
        questionnaire=(one.questionnaire, one.questionnaire_version),
        reading=reading,
        copy=copy,
        documents=documents,
        judged=_judged(one, copy, documents),
        grades=readings.grades(work.connection, identifier),
        prompts=tuple(each.prompt for each in prompts.of_engagement(work.connection, identifier) if each.waiting),
    )


def grade(work: Work, identifier: str, given: Mapping[str, int]) -> BlindFile:
    """Return a file after some of its answers were judged; a later grade takes the place of an earlier one.

    Args:
        work: who reads.
        identifier: of the engagement.
        given: a grade for each question, 0 to 2.

    Raises:
        NotFound, WrongMoment: see `read`; or an answer is none of those to be judged.
    """
    found = read(work, identifier)
    if not given.keys() <= set(found.judged) or not set(given.values()) <= set(GRADES):
        raise NotFound("There is no such answer to judge, or no such grade.")
    section = codebook(*found.questionnaire).section
    answers = found.copy.response.answers
    new = [
        BlindGrade(
            question=name, section=section[name], stated=int(bool(answers[name].evidence)), grade=value, at=work.now
        )
        for name, value in given.items()
    ]
    readings.grade(work.connection, identifier, new)
    return found._replace(grades={**found.grades, **{one.question: one for one in new}})


def finish(work: Work, identifier: str) -> Reading:
    """Return a reading that is done; nothing about it is changed any more.

    Raises:
        NotFound, WrongMoment: see `read`.
        Unfit: some answers were not judged.
    """
    found = read(work, identifier)
    if left := len(found.judged) - len(found.grades):
        raise Unfit((problem("READING_NOT_COMPLETE", "grades", left=left),))
    after = msgspec.structs.replace(found.reading, done=work.now)
    readings.save(work.connection, after)
    work.record(Step.REVIEW_BLIND, identifier, {"done": True, "answers": len(found.grades)})
    return after


def opened(work: Work, identifier: str, document: str) -> File:
    """Return a document that the blind reader of a file opens now; the ledger keeps that it was opened.

    Raises:
        NotFound, WrongMoment: see `read`; or it stands for nothing that the reader may know of.
    """
    found = read(work, identifier)
    file = next((one.file for one in found.documents if one.file.id == document), None)
    if file is None:
        raise NotFound("There is no such file.")
    work.record(Step.REVIEW_BLIND, identifier, {"sha256": file.sha256})
    return file


def handed_in(connection: Connection, one: Engagement) -> SharedAssessment:
    """Return an assessment as it was handed in, without protected answers whatever the firm has released.

    Raises:
        NotFound: it was not handed in.
    """
    seals = store.seals(connection, one.id)
    if not seals:
        raise NotFound("This assessment was not handed in yet.")
    copy = record.decode(seals[0].document)
    assert not isinstance(copy, tuple), "a sealed copy is no record"
    return copy if isinstance(copy, SharedAssessment) else shared(copy, Reader.REVIEWER)


def _subject(one: Engagement, reading: Reading) -> Subject:
    return msgspec.structs.replace(subject_of(one), blind_reader=None if reading.done else reading.person)


def _held(work: Work, identifier: str) -> tuple[Engagement, Reading]:
    """Return a file that the actor reads blind.

    Raises:
        NotFound: to anybody else there is no such thing, so that nobody learns which files chance drew.
        WrongMoment: the file was withdrawn.
    """
    one = store.load(work.connection, identifier)
    reading = readings.find(work.connection, identifier)
    if reading is None or not _blind(work, one, reading):
        raise NotFound("There is no such reading, or it is not yours.")
    if one.stage is Stage.WITHDRAWN:
        raise WrongMoment("This assessment was withdrawn.")
    return one, reading


def _blind(work: Work, one: Engagement, reading: Reading) -> bool:
    """Return whether the actor may read a file blind: nobody may who can see it as its reviewers do."""
    subject = _subject(one, reading)
    sees = may(work.actor, Step.REVIEW_SEE, subject)
    return may(work.actor, Step.REVIEW_BLIND, subject) and not sees and not work.actor.read_only


def _candidates(work: Work, one: Engagement, reading: Reading) -> tuple[Candidate, ...]:
    """Return the auditors of the actor's bodies, those with the least in hand first."""
    known = queueing.reviewers(work, Part.AUDITOR)
    loads = queueing.loads_of(work, {person.id: person.name for person in known})
    tied = store.tied_to(work.connection, one.organisation)
    given = {each.person for each in assignments.of_engagement(work.connection, one.id)}
    involved = {one.reviewer, one.second_reviewer, *given, *store.interests(work.connection, one.id)}

    def hindrance(person: str) -> Hindrance | None:
        if one.organisation in people.organisations_of(work.connection, person):
            return Hindrance.OWN_ORGANISATION
        if person in tied:
            return Hindrance.TIED
        if person in involved:
            return Hindrance.OTHER_REVIEWER
        if any(each.role is Role.LEAD_AUDITOR for each in people.memberships(work.connection, person)):
            return Hindrance.LEADS
        return Hindrance.HAS_IT if person == reading.person else None

    found = [Candidate(person=each.id, load=loads[each.id], hindrance=hindrance(each.id)) for each in known]
    return tuple(sorted(found, key=lambda each: (each.load.first + each.load.second, each.load.name, each.person)))


def _documents(work: Work, one: Engagement, copy: SharedAssessment) -> tuple[Linked, ...]:
    """Return the documents that stood for answers when the file was handed in, private and erased ones left out."""
    hidden = set(copy.withheld)
    return tuple(
        linked
        for linked in files.of_engagement(work.connection, one.organisation, one.id, until=one.submitted)
        if linked.question not in hidden and linked.file.shared and not linked.file.erased
    )


def _judged(one: Engagement, copy: SharedAssessment, documents: tuple[Linked, ...]) -> tuple[str, ...]:
    """Return the questions with an answer and a paper behind it."""
    shown = asked(codebook(one.questionnaire, one.questionnaire_version), copy.response)
    with_paper = {linked.question for linked in documents}
    answers = copy.response.answers
    return tuple(
        name
        for name in shown
        if name in answers and answers[name].value is not None and (answers[name].evidence or name in with_paper)
    )


def _faults(interest: str) -> Iterable[Problem]:
    if len(interest) > LONGEST:
        yield problem("REASON_TOO_LONG", "interest", longest=LONGEST)
    for trait in privacy.traits(interest):
        yield wording.problem("MAY_NAME_A_PERSON", where="interest", trait=trait.label)
