"""Answers on their way into a response: what does not fit, what somebody else changed, what is kept.

A draft is opened and kept in one unit of work. The history gets a row for each
answer that changed; of a protected answer no more than that it was changed.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import msgspec

from duediligence.access import Step
from duediligence.assessment import codebook
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound, WrongMoment
from duediligence.organisation import Role
from duediligence.store import engagement as store
from duediligence.words import problem
from duediligence.workflow.work import Work, subject_of
from questionnaires.check import faults
from questionnaires.codebook import Codebook
from questionnaires.problem import Problem
from questionnaires.progress import asked, progress
from questionnaires.relevance import relevance
from questionnaires.response import Answer, Response

_EMPTY = Answer()


class Draft(NamedTuple):
    """What is being answered: the response without protected answers."""

    engagement: Engagement
    book: Codebook
    response: Response


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that somebody else changed meanwhile; None where there is no answer."""

    question: str
    ours: Answer | None
    theirs: Answer | None
    by: str


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt to save answers; what did not fit was not kept."""

    engagement: Engagement
    response: Response  # as it is now, without protected answers
    reshaped: bool  # other questions are asked now than before
    kept: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def drafted(work: Work, identifier: str) -> Draft:
    """Return an engagement that the actor may answer now.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was handed in.
    """
    one, data = store.load_with_response(work.connection, identifier)
    work.allow(Step.ASSESSMENT_ANSWER, subject_of(one))
    if one.stage is not Stage.ANSWERING:
        raise WrongMoment("This assessment was handed in; its answers no longer change.")
    book = codebook(one.questionnaire, one.questionnaire_version)
    return Draft(one, book, msgspec.json.decode(data, type=Response))


def keep(work: Work, draft: Draft, given: Mapping[str, Answer], base: int) -> Saved:
    """Do what `save` does, on a draft that was opened for it in the same unit of work."""
    one = draft.engagement
    if base > one.revision:
        raise WrongMoment("This page is of another state of the assessment. Load it again.")
    wrong = {question: tuple(_faults(work, draft, question, answer)) for question, answer in given.items()}
    sound = {question: answer for question, answer in given.items() if not wrong[question]}
    before = _before(work, draft, sound)
    changed = {question: answer for question, answer in sound.items() if answer != (before[question] or _EMPTY)}
    conflicts = _conflicts(work, one, changed, before, base)
    disputed = {conflict.question for conflict in conflicts}
    kept = {question: answer for question, answer in changed.items() if question not in disputed}
    if one.carried_from:
        store.confirm(work.connection, one.id, sound.keys() - disputed)
    after = _write(work, draft, kept, before) if kept else draft
    return Saved(
        engagement=after.engagement,
        response=after.response,
        reshaped=bool(kept) and _reshaped(work, draft, after, kept, before),
        kept=tuple(question for question in sound if question not in disputed),
        problems=tuple(fault for found in wrong.values() for fault in found),
        conflicts=conflicts,
    )


def with_protected(work: Work, one: Engagement, response: Response) -> Response:
    """Return a response with its protected answers beside the others."""
    answers = response.answers | work.vault.answers(one.id)
    return msgspec.structs.replace(response, answers=answers)


def _faults(work: Work, draft: Draft, question: str, answer: Answer) -> Iterable[Problem]:
    if question not in draft.book.row:
        raise NotFound(f"The form has no question {question[:60]}.")
    if not _mine(work, draft, draft.book.section[question]):
        yield problem("QUESTION_NOT_YOURS", question, question=question)
    yield from faults(draft.book.questions[draft.book.row[question]], answer)


def _mine(work: Work, draft: Draft, section: str) -> bool:
    """Return whether the actor's part of the form holds a section."""
    one = draft.engagement
    members = [member for member in work.actor.memberships if member.organisation == one.organisation]
    if any(member.role is Role.COMPANY_LEAD for member in members):
        return True
    parts = {part for member in members if member.role is Role.RESPONDENT for part in member.sections}
    if parts and section not in parts:
        return False
    given = store.sections_given(work.connection, one.id).get(section, ())
    return not given or work.actor.person in given


def _secret(draft: Draft, questions: Iterable[str]) -> frozenset[str]:
    """Return the protected ones among these questions."""
    return frozenset(one for one in questions if draft.book.questions[draft.book.row[one]].protected)


def _before(work: Work, draft: Draft, given: Collection[str]) -> dict[str, Answer | None]:
    """Return the present answers to these questions; the vault is opened only for protected ones."""
    secret = _secret(draft, given)
    kept = work.vault.answers(draft.engagement.id) if secret else {}
    return {question: (kept if question in secret else draft.response.answers).get(question) for question in given}


def _conflicts(
    work: Work, one: Engagement, changed: Mapping[str, Answer], before: Mapping[str, Answer | None], base: int
) -> tuple[Conflict, ...]:
    """Return the answers that somebody else has changed since `base`, and otherwise than the actor."""
    if base == one.revision or not changed:
        return ()
    others = store.changed_by_others(work.connection, one.id, work.actor.person, tuple(changed), since=base)
    return tuple(
        Conflict(question=question, ours=changed[question], theirs=before[question], by=by)
        for question, by in others.items()
    )


def _reshaped(
    work: Work, draft: Draft, after: Draft, kept: Mapping[str, Answer], before: Mapping[str, Answer | None]
) -> bool:
    """Return whether answers have opened or closed questions; protected ones count where one was answered."""
    if relevance(draft.book).read.isdisjoint(kept):
        return False
    now = after.response
    if secret := _secret(draft, kept):
        now = with_protected(work, draft.engagement, now)
        old = {question: answer for question, answer in now.answers.items() if question not in secret}
        old |= {question: answer for question in secret if (answer := before[question])}
        return asked(draft.book, msgspec.structs.replace(now, answers=old)) != asked(draft.book, now)
    return asked(draft.book, draft.response) != asked(draft.book, now)


def _write(work: Work, draft: Draft, kept: Mapping[str, Answer], before: Mapping[str, Answer | None]) -> Draft:
    """Write answers as the next revision; the row is taken before the vault is written, see `protected`."""
    one, book, response = draft
    revision = one.revision + 1
    secret = _secret(draft, kept)
    plain = {question: answer for question, answer in kept.items() if question not in secret}
    answers = {question: answer for question, answer in (response.answers | plain).items() if answer != _EMPTY}
    response = msgspec.structs.replace(response, answers=answers, revision=revision, updated=work.now)
    done = progress(book, response)
    after = msgspec.structs.replace(one, revision=revision, answered=done.answered, asked=done.asked, changed=work.now)
    store.replace_response(work.connection, one, after, msgspec.json.encode(response))
    if secret:
        work.vault.keep(one.id, revision, {question: kept[question] for question in secret}, work.now)
    history = [
        store.Change(
            revision=revision,
            question=question,
            # Of a protected answer no more than that it was changed.
            old=_json(None if question in secret else before[question]),
            new=_json(None if question in secret else answer),
            by=work.actor.person,
            at=work.now,
        )
        for question, answer in kept.items()
    ]
    store.note_changes(work.connection, one.id, history)
    return Draft(after, book, response)


def _json(answer: Answer | None) -> bytes | None:
    return msgspec.json.encode(answer) if answer else None
