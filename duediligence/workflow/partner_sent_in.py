"""A buyer reads a workbook in that its partner has sent to it instead of using the link.

It needs the partner's consent, which the buyer states: in which role somebody gave
it, on which day, for how long. What came of it is marked as sent in by the buyer. It
lies apart from what the partner answers itself, and counts until the partner does;
behind the link the partner sees that it is there, and can have it taken out.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from duediligence.access import Step, Subject
from duediligence.assessment import codebook
from duediligence.chain import request
from duediligence.chain.request import FORMS, MONTHS, PartnerRequest, Standing, open_questions
from duediligence.chain.sharing import SentIn
from duediligence.chain.words import problem
from duediligence.database import new_id
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.screening import clamav
from duediligence.store import partner_request as requests
from duediligence.store import partner_shown as store
from duediligence.validity import later
from duediligence.words import problem as common_problem
from duediligence.workflow.answering import faults_of_role
from duediligence.workflow.partner_door import door
from duediligence.workflow.work import ASHGABAT, Work
from questionnaires import catalogue, workbook_reader
from questionnaires.check import faults
from questionnaires.problem import Problem
from questionnaires.response import Response, Scope

_PERIOD_MONTHS = 12
_LONGEST_ROLE = 120
_READABLE = (Standing.WAITING, Standing.EXPIRED)


class Stated(NamedTuple):
    """What the buyer states of its partner's consent."""

    role: str  # in which somebody has consented
    on: date
    months: int


class ReadIn(NamedTuple):
    """What came of a workbook."""

    kept: SentIn
    answers: int
    problems: tuple[Problem, ...]  # cells that could not be read; these answers are missing


def readable(one: PartnerRequest, standing: Standing) -> bool:
    """Return whether a workbook may be read in for a request: the partner has not begun itself."""
    return one.form == FORMS[0] and one.party_key is None and standing in _READABLE


def asked(work: Work, identifier: str) -> PartnerRequest:
    """Return a request of a firm for which the actor may ask.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = requests.load_request(work.connection, identifier)
    work.allow(Step.PARTNER_ASK, Subject(organisation=one.organisation))
    return one


def read_in(work: Work, identifier: str, data: bytes, stated: Stated) -> ReadIn:
    """Return what came of a partner's workbook, kept with the consent as the buyer states it.

    Args:
        work: of the buyer.
        identifier: of the request.
        data: the workbook.
        stated: of the consent.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: the partner answers itself, or the request was taken back.
        Unfit: the file is refused or of another form, nothing is answered in it, or the consent is not stated.
        Unavailable: the virus scanner does not answer.
    """
    one = asked(work, identifier)
    if not readable(one, request.standing(one, work.now)):
        raise WrongMoment("The partner has begun to answer itself, or this request is over. Its own answers count.")
    if wrong := tuple(_faults(work, one, stated)):
        raise Unfit(wrong)
    if work.settings.clamav and (infected := clamav.refusal(work.settings.clamav, data)):
        raise Unfit((infected,))
    reading = workbook_reader.read(data, catalogue.load)
    if reading.response is None:
        raise Unfit(reading.problems)
    response, problems = _fitting(work, one, reading.response, stated)
    kept = SentIn(
        id=new_id(),
        organisation=one.organisation,
        party=one.party,
        request=one.id,
        sha256=hashlib.sha256(data).hexdigest(),
        role=stated.role.strip(),
        consented=stated.on,
        until=later(stated.on, stated.months),
        by=work.actor.person,
        at=work.now,
        told=request.told(response, work.day),
    )
    store.add_sent_in(work.connection, kept)
    facts = {"request": one.id, "done": "sent_in", "sha256": kept.sha256, "until": kept.until.isoformat()}
    work.record(Step.PARTNER_ASK, one.party, facts)
    return ReadIn(kept, len(response.answers), (*reading.problems, *problems))


def object_to(work: Work, secret: str) -> None:
    """Take out what a buyer read in, because whoever holds the link says that it is not to be there.

    Raises:
        NotFound: there is no such link, or nothing was read in.
    """
    found = door(work, secret, "")
    if found.sent_in is None:
        raise NotFound("No workbook was read in here.")
    store.withdraw_sent_in(work.connection, found.sent_in, work.now)
    facts = {"buyer": found.buyer.id, "what": "nothing", "sent_in": found.sent_in.id}
    work.record(Step.PARTNER_SHARE, found.request.id, facts)


def _fitting(work: Work, one: PartnerRequest, came: Response, stated: Stated) -> tuple[Response, tuple[Problem, ...]]:
    """Return the answers of a workbook that may be kept, and what is wrong with the others.

    Raises:
        Unfit: it is of another form, or nothing is answered in it.
    """
    if (came.questionnaire, came.version) != (one.form, one.form_version):
        raise Unfit((common_problem("WORKBOOK_OF_ANOTHER_FORM", "file"),))
    book = codebook(one.form, one.form_version)
    questions = {question.id: question for question in open_questions(book, came)}
    given = {name: answer for name, answer in came.answers.items() if answer.given and name in questions}
    wrong = {name: faults(questions[name], answer) for name, answer in given.items()}
    answers = {
        name: msgspec.structs.replace(answer, evidence=(), comment="")
        for name, answer in given.items()
        if not wrong[name]
    }
    if not answers:
        raise Unfit((problem("NOTHING_ANSWERED", "file"),))
    scope = Scope(begins=later(stated.on, -_PERIOD_MONTHS), ends=stated.on, answered_by=stated.role.strip())
    response = Response(
        questionnaire=one.form,
        version=one.form_version,
        language=came.language,
        updated=work.now,
        answers=answers,
        scope=scope,
    )
    return response, tuple(fault for found in wrong.values() for fault in found)


def _faults(work: Work, one: PartnerRequest, stated: Stated) -> Iterator[Problem]:
    """Yield what is missing or wrong in what is stated of a consent."""
    for fault in faults_of_role(stated.role):
        yield msgspec.structs.replace(fault, where="role")
    if len(stated.role.strip()) > _LONGEST_ROLE:
        yield problem("WORDS_TOO_LONG", "role", limit=_LONGEST_ROLE)
    begun = one.created.astimezone(ASHGABAT).date()
    if not begun <= stated.on <= work.day:
        yield problem("CONSENT_DAY_OUT_OF_RANGE", "consented")
    elif stated.months in MONTHS and later(stated.on, stated.months) < work.day + timedelta(days=1):
        yield problem("CONSENT_OVER", "months")
    if stated.months not in MONTHS:
        yield problem("CONSENT_UNTIL_MISSING", "months")
