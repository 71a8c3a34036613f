"""A firm answers: begin, answer, take over, give to colleagues.

Every answer is kept the moment it comes, with a revision and a row of history.
Two people who answer different questions never meet; where both changed the same
answer, the later one is shown the difference and decides. Nothing is overwritten
unseen.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from duediligence.access import Step, Subject, may
from duediligence.assessment import MODEL, codebook
from duediligence.database import new_id
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.store import engagement as store
from duediligence.store import organisation as organisations
from duediligence.words import problem
from duediligence.workflow.work import Work, subject_of
from questionnaires import catalogue, privacy
from questionnaires import words as wording
from questionnaires.check import faults
from questionnaires.codebook import Codebook
from questionnaires.problem import Problem
from questionnaires.progress import progress
from questionnaires.response import Answer, Response, Scope
from risk_models import catalogue as models

LONGEST_DAYS = 366
"""A season, and at most a year: the scope within which the two-part test looks."""

_EMPTY = Answer()


class Beginning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a new assessment is to speak of."""

    site: str
    begins: date
    ends: date  # inclusive
    rehearsal: bool = False  # nobody but the firm ever sees it
    carry_from: str = ""  # an earlier assessment of the firm whose answers are taken over, each to be confirmed


class Opened(NamedTuple):
    """An engagement with its response, as far as the actor may read it."""

    engagement: Engagement
    response: Response


class _Draft(NamedTuple):
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
    kept: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def begin(work: Work, wanted: Beginning) -> Engagement:
    """Return a new assessment of one site in one period.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: the period cannot be.
    """
    site = organisations.load_site(work.connection, wanted.site)
    work.allow(Step.ASSESSMENT_BEGIN, Subject(organisation=site.organisation))
    if wrong := tuple(_period_faults(wanted.begins, wanted.ends, work.day)):
        raise Unfit(wrong)
    firm = organisations.load(work.connection, site.organisation)
    rules = models.load(*MODEL)
    form, version = rules.questionnaire, rules.questionnaire_version
    scope = Scope(organisation=firm.name, site=site.name, begins=wanted.begins, ends=wanted.ends)
    response = Response(
        questionnaire=form, version=version, scope=scope, language=work.actor.language, updated=work.now
    )
    if wanted.carry_from:
        response = msgspec.structs.replace(response, answers=_carried(work, wanted.carry_from, firm.id, response))
    done = progress(codebook(form, version), response)
    one = Engagement(
        id=new_id(),
        organisation=firm.id,
        site=site.id,
        stage=Stage.ANSWERING,
        rehearsal=wanted.rehearsal,
        questionnaire=form,
        questionnaire_version=version,
        begins=wanted.begins,
        ends=wanted.ends,
        revision=0,
        answered=done.answered,
        asked=done.asked,
        created_by=work.actor.person,
        created=work.now,
        changed=work.now,
        carried_from=wanted.carry_from or None,
        sample=firm.sample,
    )
    store.add(work.connection, one, msgspec.json.encode(response))
    store.ask_to_confirm(work.connection, one.id, response.answers)
    if not one.rehearsal:
        work.record(Step.ASSESSMENT_BEGIN, one.id, {"questionnaire": form, "version": version})
    return one


def mine(work: Work, *, limit: int, after: tuple[datetime, str] | None = None) -> tuple[store.Listed, ...]:
    """Return the assessments of the firms in which the actor may see them, the last changed first.

    Args:
        work: who asks.
        limit: at most so many.
        after: `changed` and id of the last one already shown.
    """
    firms = tuple(
        member.organisation
        for member in work.actor.memberships
        if may(work.actor, Step.ASSESSMENT_SEE, Subject(organisation=member.organisation))
    )
    return store.listed(work.connection, store.Sought(organisations=firms), limit=limit, after=after) if firms else ()


def firms(work: Work) -> tuple[str, ...]:
    """Return the organisations in which the actor may begin an assessment."""
    return tuple(
        member.organisation
        for member in work.actor.memberships
        if may(work.actor, Step.ASSESSMENT_BEGIN, Subject(organisation=member.organisation))
    )


def opened(work: Work, identifier: str, step: Step = Step.ASSESSMENT_SEE) -> Opened:
    """Return an engagement of the actor's firm with its response.

    Protected answers are among the rest only for those who may read them.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one, data = store.load_with_response(work.connection, identifier)
    work.allow(step, subject_of(one))
    response = msgspec.json.decode(data, type=Response)
    if may(work.actor, Step.PROTECTED_SEE, subject_of(one)):
        response = with_protected(work, one, response)
    return Opened(one, response)


def with_protected(work: Work, one: Engagement, response: Response) -> Response:
    """Return a response with its protected answers beside the others."""
    answers = response.answers | work.vault.answers(one.id)
    return msgspec.structs.replace(response, answers=answers)


def save(work: Work, identifier: str, given: Mapping[str, Answer], base: int) -> Saved:
    """Return what came of saving answers: what was kept, what did not fit, what somebody else changed.

    Args:
        work: who answers.
        identifier: of the engagement.
        given: answers by question; an empty one takes the answer away.
        base: the revision the answers were written on.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was handed in, or `base` lies ahead of the present revision.
    """
    draft = _draft(work, identifier)
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
        store.confirm(work.connection, identifier, sound.keys() - disputed)
    return Saved(
        engagement=_write(work, draft, kept, before) if kept else one,
        kept=tuple(question for question in sound if question not in disputed),
        problems=tuple(fault for found in wrong.values() for fault in found),
        conflicts=conflicts,
    )


def describe(work: Work, identifier: str, *, answered_by: str, workers_consulted: bool | None) -> Engagement:
    """Return an engagement in which stands who answers, by role, and whether workers were asked.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `save`.
        Unfit: the role is missing or looks like a person.
    """
    one, _, response = _draft(work, identifier)
    if wrong := tuple(_role_faults(answered_by)):
        raise Unfit(wrong)
    scope = msgspec.structs.replace(
        response.scope, answered_by=answered_by.strip(), workers_consulted=workers_consulted
    )
    after = msgspec.structs.replace(one, revision=one.revision + 1, changed=work.now)
    response = msgspec.structs.replace(response, scope=scope, revision=after.revision, updated=work.now)
    store.replace_response(work.connection, one, after, msgspec.json.encode(response))
    return after


def give(work: Work, identifier: str, section: str, people: Iterable[str]) -> None:
    """Give a section to colleagues; to nobody, and everyone may answer it again.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.ASSESSMENT_GIVE, subject_of(one))
    form = catalogue.load(one.questionnaire, one.questionnaire_version)
    if section not in {each.id for each in form.sections}:
        raise NotFound("There is no such section.")
    store.give_section(work.connection, identifier, section, people)


def delete(work: Work, identifier: str) -> None:
    """Delete an assessment that was never handed in, protected answers included.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was handed in.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.ASSESSMENT_DELETE, subject_of(one))
    if one.stage is not Stage.ANSWERING:
        raise WrongMoment("What was handed in stays on record. It can be withdrawn, not deleted.")
    work.vault.erase(identifier)
    store.remove(work.connection, identifier)
    if not one.rehearsal:
        work.record(Step.ASSESSMENT_DELETE, identifier, {"revision": one.revision})


def _draft(work: Work, identifier: str) -> _Draft:
    """Return an engagement that the actor may answer now."""
    one, data = store.load_with_response(work.connection, identifier)
    work.allow(Step.ASSESSMENT_ANSWER, subject_of(one))
    if one.stage is not Stage.ANSWERING:
        raise WrongMoment("This assessment was handed in; its answers no longer change.")
    book = codebook(one.questionnaire, one.questionnaire_version)
    return _Draft(one, book, msgspec.json.decode(data, type=Response))


def _role_faults(answered_by: str) -> Iterable[Problem]:
    if not answered_by.strip():
        yield problem("ROLE_MISSING", "answered_by")
    for trait in privacy.traits(answered_by):
        yield wording.problem("MAY_NAME_A_PERSON", where="answered_by", trait=trait.label)


def _period_faults(begins: date, ends: date, today: date) -> Iterable[Problem]:
    if ends < begins:
        yield problem("PERIOD_TURNED_ROUND", "ends")
    elif ends - begins >= timedelta(days=LONGEST_DAYS):
        yield problem("PERIOD_TOO_LONG", "ends", days=LONGEST_DAYS)
    if begins > today:
        yield problem("PERIOD_IN_THE_FUTURE", "begins")


def _carried(work: Work, identifier: str, organisation: str, response: Response) -> dict[str, Answer]:
    """Return the answers of an earlier assessment that can be taken over: those to the same form, none protected."""
    earlier, data = store.load_with_response(work.connection, identifier)
    if earlier.organisation != organisation:
        raise NotFound("There is no such assessment.")
    old = msgspec.json.decode(data, type=Response)
    if (old.questionnaire, old.version) != (response.questionnaire, response.version):
        return {}
    return {question: answer for question, answer in old.answers.items() if answer.given}


def _faults(work: Work, draft: _Draft, question: str, answer: Answer) -> Iterable[Problem]:
    if question not in draft.book.row:
        raise NotFound(f"The form has no question {question[:60]}.")
    if not _mine(work, draft, draft.book.section[question]):
        yield problem("QUESTION_NOT_YOURS", question, question=question)
    yield from faults(draft.book.questions[draft.book.row[question]], answer)


def _mine(work: Work, draft: _Draft, section: str) -> bool:
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


def _secret(draft: _Draft, questions: Iterable[str]) -> frozenset[str]:
    """Return the protected ones among these questions."""
    return frozenset(one for one in questions if draft.book.questions[draft.book.row[one]].protected)


def _before(work: Work, draft: _Draft, given: Collection[str]) -> dict[str, Answer | None]:
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
    later = store.changes(work.connection, one.id, questions=tuple(changed), since=base)
    others = {change.question: change.by for change in later if change.by != work.actor.person}
    return tuple(
        Conflict(question=question, ours=changed[question], theirs=before[question], by=by)
        for question, by in others.items()
    )


def _write(work: Work, draft: _Draft, kept: Mapping[str, Answer], before: Mapping[str, Answer | None]) -> Engagement:
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
    return after


def _json(answer: Answer | None) -> bytes | None:
    return msgspec.json.encode(answer) if answer else None
