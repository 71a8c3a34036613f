"""Reviewers examine a file: take it, judge, ask, propose, confirm, conclude, withdraw.

They grade evidence and say what they found; they cannot edit an answer or delete
a decision. The auditor proposes, a second person confirms or disputes, the lead
auditor resolves. Each declares what ties them to the firm before they see the
answers, and that stands on the report.
"""

from typing import NamedTuple

import msgspec

from duediligence import record
from duediligence.access import Step
from duediligence.assessment import Assessment, codebook, doubtable
from duediligence.database import new_id
from duediligence.engagement import Engagement, Part, Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.judgement import (
    Confirmed,
    Decision,
    Disputed,
    Graded,
    Judged,
    Judgement,
    Looked,
    Nonconformity,
    NotAssessable,
    Proposed,
    Resolved,
    SetAside,
    Standing,
    Unsupported,
    judgement,
)
from duediligence.mail import Subject
from duediligence.organisation import Role
from duediligence.record_shared import SharedAssessment
from duediligence.review import Review, Reviewer, faults
from duediligence.store import assignment as assignments
from duediligence.store import double as readings
from duediligence.store import engagement as store
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store import review as entries
from duediligence.telling import Told, tell
from duediligence.words import problem
from duediligence.workflow import standing
from duediligence.workflow.handing_in import Kept, for_reviewer, kept_last, reviewed, reviewers_copy, seal
from duediligence.workflow.work import Work, subject_of
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.problem import Problem

_STEPS: dict[type[Decision], Step] = {
    Proposed: Step.REVIEW_PROPOSE,
    Confirmed: Step.REVIEW_CONFIRM,
    Disputed: Step.REVIEW_CONFIRM,
    Resolved: Step.REVIEW_RESOLVE,
}
"""The step behind a decision; every other decision is a judgement of the auditor."""

_WANTED: dict[type[Decision], Standing] = {
    Confirmed: Standing.PROPOSED,
    Disputed: Standing.PROPOSED,
    Resolved: Standing.DISPUTED,
}
"""Where a file must stand for a decision; for every other it must be open."""

_TITLES = {
    Role.AUDITOR: "auditor",
    Role.SECOND_REVIEWER: "second reviewer",
    Role.LEAD_AUDITOR: "lead auditor",
}


class File(NamedTuple):
    """A file as its reviewers see it: what the firm declared, and what it comes to under their judgement."""

    engagement: Engagement
    declared: Assessment | SharedAssessment
    reviewed: Assessment | SharedAssessment
    judgement: Judgement
    entries: tuple[entries.Entry, ...]
    messages: tuple[entries.Message, ...]


def take(work: Work, identifier: str, interest: str) -> Engagement:
    """Take a file from the queue as its auditor, and return it.

    A file that the lead auditor gave to the actor goes back to the queue instead where something ties them to
    the firm; it is then returned as it was.

    Args:
        work: who takes it.
        identifier: of the engagement.
        interest: what ties the auditor to the firm, its owners or buyers; "" when nothing does.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; nobody reviews their own organisation, or both times.
        WrongMoment: somebody else has it, or it was given to somebody else.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.REVIEW_TAKE, subject_of(one))
    if work.actor.person == one.second_reviewer:
        raise NotAllowed("Nobody is both reviewers of a file. Leave it to somebody else.")
    if one.stage is not Stage.SUBMITTED or one.reviewer:
        raise WrongMoment("This file was taken by somebody else, or is not waiting any more.")
    if not _stays(work, one, Part.AUDITOR, interest):
        return one
    after = msgspec.structs.replace(
        one, stage=Stage.IN_REVIEW, reviewer=work.actor.person, revision=one.revision + 1, changed=work.now
    )
    store.save(work.connection, one, after)
    work.record(Step.REVIEW_TAKE, identifier, {"interest": bool(interest.strip())})
    return after


def join(work: Work, identifier: str, interest: str) -> Engagement:
    """Become the second reviewer of a file that an auditor has taken, and return it; as in `take`, or it goes back.

    Raises:
        NotFound, NotAllowed: as in `take`; the auditor of a file is never its second reviewer.
        WrongMoment: it has a second reviewer, was given to another, or nobody reviews it.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.REVIEW_QUEUE, subject_of(one))
    if not any(member.role is Role.SECOND_REVIEWER for member in work.actor.memberships):
        raise NotAllowed("Only a second reviewer confirms a file.")
    if work.actor.person == one.reviewer:
        raise NotAllowed("Nobody confirms their own review. Leave it to somebody else.")
    if one.stage is not Stage.IN_REVIEW or one.second_reviewer:
        raise WrongMoment("This file has a second reviewer, or is not under review.")
    if not _stays(work, one, Part.SECOND_REVIEWER, interest):
        return one
    after = msgspec.structs.replace(one, second_reviewer=work.actor.person, revision=one.revision + 1, changed=work.now)
    store.save(work.connection, one, after)
    work.record(Step.REVIEW_TAKE, identifier, {"second": True, "interest": bool(interest.strip())})
    return after


def file(work: Work, identifier: str) -> File:
    """Return a file as the actor, one of its reviewers, may see it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.REVIEW_SEE, subject_of(one))
    done = entries.entries(work.connection, identifier)
    verdict = judged(done)
    last = reviewers_copy(work, one)
    under = _under(work, one, verdict) if one.stage is Stage.IN_REVIEW else None
    return File(
        engagement=one,
        declared=_handed_in(work, one) if one.concluded else last,
        reviewed=for_reviewer(under, released=one.protected_released) if under else last,
        judgement=verdict,
        entries=done,
        messages=entries.messages(work.connection, identifier),
    )


def decide(work: Work, identifier: str, decision: Decision, reason: str, question: str = "") -> Engagement:
    """Add a decision to a file; confirmed by a second person, the file is concluded.

    Args:
        work: who decides.
        identifier: of the engagement.
        decision: what is decided.
        reason: why, in words that name no person.
        question: what it is about; "" where it speaks of the whole.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`.
        WrongMoment: the file does not stand where the decision needs it.
        Unfit: the reason is missing, or the decision cannot be; everything is listed.
    """
    one = store.load(work.connection, identifier)
    step = _STEPS.get(type(decision), Step.REVIEW_JUDGE)
    work.allow(step, subject_of(one))
    _refuse_protected(one, question)
    if one.stage is not Stage.IN_REVIEW:
        raise WrongMoment("This file is not under review.")
    before = judged(entries.entries(work.connection, identifier))
    if before.standing is not _WANTED.get(type(decision), Standing.OPEN):
        raise WrongMoment("The file stands elsewhere between its reviewers. Load it again.")
    if wrong := _faults(work, one, before, Judged(question=question, decision=decision), reason):
        raise Unfit(wrong)
    number = entries.next_number(work.connection, identifier)
    entries.add(
        work.connection,
        identifier,
        entries.Entry(
            number=number,
            kind=type(decision).__name__.lower(),
            question=question,
            content=msgspec.json.encode(decision),
            reason=reason.strip(),
            by=work.actor.person,
            at=work.now,
        ),
    )
    work.record(step, identifier, {"entry": number, "kind": type(decision).__name__.lower(), "question": question})
    after = judged(entries.entries(work.connection, identifier))
    return _conclude(work, one, after) if after.standing is Standing.CONFIRMED else one


def ask(work: Work, identifier: str, words: str, question: str = "") -> None:
    """Write to the other side: a reviewer asks the firm, the firm answers.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: nothing was written, or it may point to a person.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.MESSAGE_WRITE, subject_of(one))
    _refuse_protected(one, question)
    wrong = tuple(_personal(words, "words"))
    if not words.strip():
        wrong = (problem("REASON_MISSING", "words"),)
    if wrong:
        raise Unfit(wrong)
    from_firm = any(member.organisation == one.organisation for member in work.actor.memberships)
    message = entries.Message(
        id=new_id(), question=question, words=words.strip(), by=work.actor.person, from_firm=from_firm, at=work.now
    )
    entries.write(work.connection, identifier, message)
    _tell(work, one, message)
    work.record(Step.MESSAGE_WRITE, identifier, {"message": message.id, "from_firm": from_firm})


def withdraw(work: Work, identifier: str, reason: str) -> Engagement:
    """Withdraw an assessment for a reason that stays on record.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`.
        WrongMoment: it was never handed in, or is withdrawn.
        Unfit: the reason is missing.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.REVIEW_WITHDRAW, subject_of(one))
    if one.stage is Stage.WITHDRAWN:
        raise WrongMoment("This assessment is withdrawn.")
    if not reason.strip():
        raise Unfit((problem("REASON_MISSING", "reason"),))
    after = msgspec.structs.replace(
        one,
        stage=Stage.WITHDRAWN,
        withdrawn=work.now,
        withdrawn_reason=reason.strip(),
        revision=one.revision + 1,
        changed=work.now,
    )
    store.save(work.connection, one, after)
    for part in Part:
        assignments.end(work.connection, identifier, part, work.now)
    standing.fell(work, identifier)
    work.record(Step.REVIEW_WITHDRAW, identifier, {})
    return after


def judged(done: tuple[entries.Entry, ...]) -> Judgement:
    """Return what the entries of a file add up to."""
    return judgement(
        Judged(question=one.question, decision=msgspec.json.decode(one.content, type=Decision)) for one in done
    )


def _tell(work: Work, one: Engagement, message: entries.Message) -> None:
    """Tell the other side that somebody wrote: reviewers, or who leads the firm and who was given that section."""
    if message.from_firm:
        subject, link = Subject.ANSWER_FROM_FIRM, f"/files/{one.id}"
        whom = [person for person in (one.reviewer, one.second_reviewer) if person]
    else:
        subject, link = Subject.QUESTION_FROM_REVIEWER, f"/assessments/{one.id}/questions"
        section = codebook(one.questionnaire, one.questionnaire_version).section.get(message.question, "")
        holders = store.sections_given(work.connection, one.id).get(section, ())
        whom = [
            member.person.id
            for member in people.members(work.connection, one.organisation)
            if member.membership.role is Role.COMPANY_LEAD or member.person.id in holders
        ]
    told = Told(subject=subject, engagement=one.id, people=tuple(dict.fromkeys(whom)), link=link, at=work.now)
    tell(work.connection, one, told)


def _stays(work: Work, one: Engagement, part: Part, interest: str) -> bool:
    """Note what ties the actor to the firm, and return whether the file is theirs.

    Raises:
        NotAllowed: they judge it blind, or did.
        WrongMoment: the lead auditor gave it to somebody else.
    """
    reading = readings.find(work.connection, one.id)
    if reading is not None and reading.person == work.actor.person:
        raise NotAllowed("You judge this file without knowing of its reviewers. Leave it to somebody else.")
    given = assignments.waiting(work.connection, [one.id]).get((one.id, part))
    if given not in (None, work.actor.person):
        raise WrongMoment("The lead auditor has given this file to somebody else.")
    store.declare_interest(work.connection, one.id, work.actor.person, interest.strip(), work.now)
    if given is None:
        return True
    assignments.end(work.connection, one.id, part, work.now)
    if not interest.strip():
        return True
    work.record(Step.REVIEW_ASSIGN, one.id, {"part": part, "given_back": True})
    return False


def _handed_in(work: Work, one: Engagement) -> Assessment | SharedAssessment:
    """Return the newest sealed copy for reviewers that no review had gone into yet."""
    before = [each for each in store.seals(work.connection, one.id) if each.reason != Step.REVIEW_CONFIRM]
    found = record.decode(before[-1].document)
    assert not isinstance(found, tuple), "a sealed copy is no record"
    return found


def _refuse_protected(one: Engagement, question: str) -> None:
    """Return if a question may be spoken of: what a judgement of a protected one changes would tell its answer.

    Raises:
        NotFound: the form does not have it, or it is protected and the firm has not released its answers.
    """
    book = codebook(one.questionnaire, one.questionnaire_version)
    if question and question not in book.row:
        raise NotFound("The form has no such question.")
    if question and book.questions[book.row[question]].protected and not one.protected_released:
        raise NotFound("The form has no such question.")


def _conclude(work: Work, one: Engagement, verdict: Judgement) -> Engagement:
    """Return an engagement whose reviewed result is sealed."""
    under = _under(work, one, verdict)
    plan = kept_last(work, one).plan
    after = msgspec.structs.replace(
        one, stage=Stage.CONCLUDED, concluded=work.now, changed=work.now, revision=one.revision + 1
    )
    return seal(work, one, after, Kept(assessment=under, plan=plan), Step.REVIEW_CONFIRM)


def _under(work: Work, one: Engagement, verdict: Judgement) -> Assessment:
    """Return the assessment of a file under what its reviewers have judged so far."""
    return reviewed(kept_last(work, one), _review(work, one, verdict))


def _review(work: Work, one: Engagement, verdict: Judgement) -> Review:
    ties = store.interests(work.connection, one.id)
    first = _reviewer(work, one.reviewer, Role.AUDITOR, ties)
    second = _reviewer(work, one.second_reviewer, Role.SECOND_REVIEWER, ties) if one.second_reviewer else None
    assessed_on = kept_last(work, one).assessment.on
    return verdict.review(assessed_on, first, second)


def _reviewer(work: Work, person: str | None, role: Role, ties: dict[str, str]) -> Reviewer:
    """Return a reviewer by body and role; never by name."""
    body = organisations.body_of(work.connection, person or "", role)
    return Reviewer(
        body=body.name, role=_TITLES[role], state_body=body.state_body, interests=ties.get(person or "", "")
    )


def _faults(work: Work, one: Engagement, before: Judgement, new: Judged, reason: str) -> tuple[Problem, ...]:
    """Return everything that is wrong with a decision."""
    found = [] if reason.strip() else [problem("REASON_MISSING", "reason")]
    found += _personal(reason, "reason")
    match new.decision:
        case Nonconformity(words=words) | NotAssessable(words=words):
            found += _personal(words, "words") if words.strip() else [problem("REASON_MISSING", "words")]
        case Graded() | SetAside() | Unsupported() | Looked():
            found += _cannot_be(work, one, before, new)
    return tuple(found)


def _cannot_be(work: Work, one: Engagement, before: Judgement, new: Judged) -> list[Problem]:
    """Return what keeps a decision from standing beside those before it."""
    book = codebook(one.questionnaire, one.questionnaire_version)
    if not isinstance(new.decision, Looked) and new.question not in book.row:
        raise NotFound("The form has no such question.")
    if isinstance(new.decision, Unsupported) and new.question not in doubtable(book):
        return [problem("NOT_DOUBTABLE", new.question, question=new.question)]
    after = _with(before, new)
    return list(faults(_review(work, one, after), tuple(book.row), work.day))


def _with(before: Judgement, new: Judged) -> Judgement:
    """Return a judgement with one decision more."""
    match new.decision:
        case Looked() as how:
            return msgspec.structs.replace(before, looked=how)
        case Graded(grade=grade):
            return msgspec.structs.replace(before, grades=before.grades | {new.question: grade})
        case _:
            return before


def _personal(words: str, where: str) -> list[Problem]:
    return [wording.problem("MAY_NAME_A_PERSON", where=where, trait=trait.label) for trait in privacy.traits(words)]
