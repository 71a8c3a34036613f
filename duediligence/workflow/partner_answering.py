"""A partner answers over a link, hands in, and decides who sees what; it needs no account.

Answers are kept one by one, like those of a firm; an answer that was changed on
another device since is shown, never overwritten. Every step is noted in the ledger,
and by nobody's name.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from duediligence.access import Step
from duediligence.accounts import token
from duediligence.assessment import codebook
from duediligence.chain import request
from duediligence.chain.request import (
    PartnerRequest,
    PartnerResponse,
    Sheet,
    open_questions,
)
from duediligence.chain.words import problem
from duediligence.database import new_id
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.store import partner_request as store
from duediligence.validity import later
from duediligence.workflow.answering import faults_of_role
from duediligence.workflow.drafting import Conflict
from duediligence.workflow.partner_door import Door, bind, door, key_of, refuse_closed
from duediligence.workflow.partner_sharing import Sharing, answered, faults_of_sharing
from duediligence.workflow.work import Work
from questionnaires.check import faults
from questionnaires.codebook import Codebook
from questionnaires.problem import Problem
from questionnaires.progress import Progress
from questionnaires.questionnaire import AnyQuestion
from questionnaires.relevance import relevance
from questionnaires.response import Answer, Response, Scope

_EMPTY = Answer()
_PERIOD_MONTHS = 12


class Draft(NamedTuple):
    """Answers that are being given."""

    door: Door
    response: PartnerResponse
    book: Codebook
    questions: tuple[AnyQuestion, ...]  # those that are asked now


class Begun(NamedTuple):
    """What came of beginning: the key, and its code where it is new."""

    key: str
    code: str  # shown this once; "" where the key was there before
    response: PartnerResponse


class Saved(NamedTuple):
    """What came of an attempt to save answers; what did not fit was not kept."""

    draft: Draft
    reshaped: bool  # other questions are asked now than before
    problems: tuple[Problem, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def begin(work: Work, secret: str, key: str, *, update: bool = False, recovery: bool = False) -> Begun:
    """Return answers that wait to be given: those begun before, a copy of those handed in, or none yet.

    Args:
        work: of nobody.
        secret: of the link.
        key: of whoever begins; "" for whoever has none yet.
        update: begin with the answers that were handed in last.
        recovery: a new code may be sent to the address to which the letter with the link went.

    Raises:
        NotFound: there is no such link.
        NotAllowed: somebody else has begun here, or it is the buyer itself.
        WrongMoment: the request is not open any more.
    """
    found = door(work, secret, key)
    refuse_closed(found)
    code = "" if key else token.code()
    key = key or key_of(code)
    bind(work, found.request, key, recovery=recovery)
    if found.draft:
        return Begun(key, code, found.draft)
    before = found.handed_in.sheet.response.answers if update and found.handed_in else {}
    one = _fresh(work, found.request, key, before)
    store.add_response(work.connection, one)
    work.record(Step.PARTNER_ANSWER, found.request.id, {"done": "begin", "response": one.id})
    return Begun(key, code, one)


def draft(work: Work, secret: str, key: str) -> Draft:
    """Return the answers that the holder of a key is giving.

    Raises:
        NotFound: there is no such link, or nothing was begun under the key.
        NotAllowed, WrongMoment: as in `begin`.
    """
    found = door(work, secret, key)
    refuse_closed(found)
    if not found.mine or found.draft is None:
        raise NotFound("Nothing was begun here.")
    return _draft(found, found.draft)


def save(work: Work, before: Draft, given: Mapping[str, Answer], base: int) -> Saved:
    """Return what came of saving answers: what was kept, what did not fit, what changed on another device.

    Args:
        work: of nobody.
        before: the answers as they were opened in the same unit of work.
        given: answers by question; an empty one takes the answer away.
        base: the revision the answers were written on.

    Raises:
        NotFound: the form asks no such question over a link.
        WrongMoment: `base` lies ahead of the present revision.
    """
    one, sheet = before.response, before.response.sheet
    if base > one.revision:
        raise WrongMoment("This page is of another state of the answers. Load it again.")
    if any(name not in before.book.row or not _question(before.book, name).travels for name in given):
        raise NotFound("The form has no such question here.")
    wrong = {name: faults(_question(before.book, name), answer) for name, answer in given.items()}
    now = sheet.response.answers
    changed = {name: answer for name, answer in given.items() if not wrong[name] and answer != now.get(name, _EMPTY)}
    clashes = tuple(
        Conflict(question=name, ours=answer, theirs=now.get(name), by="")
        for name, answer in changed.items()
        if sheet.changed.get(name, 0) > base
    )
    kept = {name: answer for name, answer in changed.items() if name not in {clash.question for clash in clashes}}
    after = _write(work, before, kept) if kept else before
    reshaped = not relevance(before.book).read.isdisjoint(kept) and after.questions != before.questions
    return Saved(after, reshaped, tuple(fault for found in wrong.values() for fault in found), clashes)


def hand_in(work: Work, secret: str, key: str, answered_by: str, sharing: Sharing) -> PartnerResponse:
    """Return answers after they were handed in and, where that was chosen, shared with who asked.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `draft`.
        Unfit: nothing is answered, the role is missing or looks like a person, or it is not said how long.
    """
    found = draft(work, secret, key)
    answers = found.response.sheet.response
    wrong = [*faults_of_role(answered_by), *faults_of_sharing(sharing)]
    if progress(answers, found.questions).answered == 0:
        wrong.append(problem("NOTHING_ANSWERED", "answers"))
    if wrong:
        raise Unfit(tuple(wrong))
    scope = Scope(begins=later(work.day, -_PERIOD_MONTHS), ends=work.day, answered_by=answered_by.strip())
    final = msgspec.structs.replace(answers, scope=scope)
    sealed = msgspec.structs.replace(
        found.response,
        revision=found.response.revision + 1,
        sheet=msgspec.structs.replace(found.response.sheet, response=final),
        changed=work.now,
        sealed=work.now,
        told=request.told(final, work.day),
    )
    store.save_response(work.connection, found.response, sealed)
    facts = {"done": "hand_in", "response": sealed.id, "digest": request.digest(final)}
    work.record(Step.PARTNER_ANSWER, found.door.request.id, facts)
    answered(work, found.door, sealed, sharing)
    return sealed


def by_section(draft: Draft) -> dict[str, Progress]:
    """Return how far each section has come of which something is asked over a link."""
    parts: dict[str, list[AnyQuestion]] = {}
    for one in draft.questions:
        parts.setdefault(draft.book.section[one.id], []).append(one)
    response = draft.response.sheet.response
    return {section: progress(response, questions) for section, questions in parts.items()}


def progress(response: Response, questions: Iterable[AnyQuestion]) -> Progress:
    """Return how many of the questions that are asked over a link have an answer."""
    required = [one.id for one in questions if one.required]
    given = [name for name in required if response.answers.get(name, _EMPTY).given]
    return Progress(asked=len(required), answered=len(given))


def _question(book: Codebook, name: str) -> AnyQuestion:
    return book.questions[book.row[name]]


def _fresh(work: Work, one: PartnerRequest, key: str, answers: Mapping[str, Answer]) -> PartnerResponse:
    response = Response(
        questionnaire=one.form, version=one.form_version, language=one.language, updated=work.now, answers=dict(answers)
    )
    return PartnerResponse(
        id=new_id(),
        party_key=key,
        request=one.id,
        form=one.form,
        form_version=one.form_version,
        revision=0,
        sheet=Sheet(response=response),
        created=work.now,
        changed=work.now,
    )


def _draft(found: Door, one: PartnerResponse) -> Draft:
    book = codebook(one.form, one.form_version)
    return Draft(found, one, book, open_questions(book, one.sheet.response))


def _write(work: Work, before: Draft, kept: Mapping[str, Answer]) -> Draft:
    """Write answers as the next revision."""
    one = before.response
    revision = one.revision + 1
    old = one.sheet.response
    answers = {name: answer for name, answer in (old.answers | dict(kept)).items() if answer != _EMPTY}
    sheet = Sheet(
        response=msgspec.structs.replace(old, answers=answers, revision=revision, updated=work.now),
        changed=one.sheet.changed | dict.fromkeys(kept, revision),
    )
    after = msgspec.structs.replace(one, sheet=sheet, revision=revision, changed=work.now)
    store.save_response(work.connection, one, after)
    return _draft(before.door, after)
