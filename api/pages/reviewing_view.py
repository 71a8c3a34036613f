"""A file as its reviewers read it: numbers side by side, answers with what bears them out, and what was done.

Answers change only until they are handed in, and what was not handed in is the
firm's alone. So reviewers are told how often an answer was changed before, never
what stood there.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from api.pages import naming
from api.part import Part
from api.translation import Words
from duediligence.access import Step, may
from duediligence.assessment import codebook, doubtable
from duediligence.engagement import Stage
from duediligence.judgement import (
    Decision,
    Graded,
    Looked,
    Nonconformity,
    NotAssessable,
    Resolved,
    SetAside,
    Standing,
    Unsupported,
)
from duediligence.record_shared import STATE_IMPOSED, SharedAssessment
from duediligence.store import engagement as engagements
from duediligence.store.review import Entry
from duediligence.workflow import evidence
from duediligence.workflow.reviewing import File
from duediligence.workflow.work import Work, subject_of
from questionnaires.codebook import Codebook
from questionnaires.progress import asked
from questionnaires.questionnaire import AnyQuestion, Section
from questionnaires.response import Answer
from risk_models.profile import NONE, Finding, RiskProfile

NOT_ASSESSED = "not_assessed"


class Number(Part, frozen=True, kw_only=True):
    """One number as the firm declared it and as it stands under the review."""

    label: str
    declared: str
    reviewed: str

    @property
    def changed(self) -> bool:
        """Whether the review has moved it."""
        return self.declared != self.reviewed


class Event(Part, frozen=True, kw_only=True):
    """Something that was done to a file."""

    at: datetime
    who: str
    title: str
    words: str  # the reason, or what was written
    question: str = ""  # id; "" where it speaks of the whole


class Proof(NamedTuple):
    """A document behind an answer."""

    label: str
    address: str  # "" where it cannot be opened


class Changes(NamedTuple):
    """How often an answer was changed before it was handed in."""

    times: int
    last: datetime


class Item(NamedTuple):
    """An answer with all that a reviewer needs to judge it."""

    question: AnyQuestion
    number: int
    answer: Answer
    grade: int  # 0 to 4
    graded: bool  # by a reviewer, not by what the firm named
    doubtable: bool  # may count as not known, since it opens no other question
    signs: tuple[str, ...]  # what it is a sign of, in words
    unsupported: bool
    aside: bool
    proofs: tuple[Proof, ...]
    changes: Changes | None
    events: tuple[Event, ...]


class Chapter(NamedTuple):
    """A section of the form in a file, with how far it was looked through."""

    section: Section
    questions: tuple[AnyQuestion, ...]  # asked, and open to the reviewer
    hidden: int  # protected ones
    judged: int
    signs: int


class Can(NamedTuple):
    """What the actor may do with a file as it stands."""

    judge: bool
    propose: bool
    confirm: bool
    resolve: bool
    withdraw: bool
    write: bool


def book_of(found: File) -> Codebook:
    """Return the form that was answered."""
    return codebook(found.engagement.questionnaire, found.engagement.questionnaire_version)


def hides_protected(found: File) -> bool:
    """Return whether protected answers are closed to the reviewers of a file."""
    return isinstance(found.declared, SharedAssessment)


def numbers(found: File, told: Words) -> tuple[Number, ...]:
    """Return the numbers of a file, declared beside reviewed; they are never merged."""
    declared, reviewed = (_numbers(one.profile, told) for one in (found.declared, found.reviewed))
    return tuple(
        Number(label=told(f"reviewing.number_{name}"), declared=declared[name], reviewed=reviewed[name])
        for name in declared
    )


def _numbers(profile: RiskProfile, told: Words) -> dict[str, str]:
    low, high = (told.number(end, 1) for end in (profile.low, profile.high))
    return {
        "inherent": told.number(profile.inherent),
        "control": told.number(profile.control),
        "confidence": told.number(100 * profile.confidence),
        "residual": told.number(profile.residual, 1),
        "interval": low if low == high else f"{low}–\N{WORD JOINER}{high}",
        "band": naming.bands(told.language).get(profile.band, profile.band),
    }


def indicators(found: File, told: Words) -> tuple[tuple[Number, Finding], ...]:
    """Return the level of every indicator, declared beside reviewed, with the finding under review."""
    labels = naming.indicators(told.language)
    pairs = zip(found.declared.profile.findings, found.reviewed.profile.findings, strict=True)
    return tuple(
        (
            Number(label=labels[after.indicator], declared=level(before, told), reviewed=level(after, told)),
            after,
        )
        for before, after in pairs
    )


def level(finding: Finding, told: Words) -> str:
    """Return the level of an indicator in words."""
    found = NOT_ASSESSED if finding.level == NONE and not finding.assessed else finding.level
    return naming.levels(told.language).get(found) or told("reviewing.level_assessed")


def state_imposed(found: File, told: Words) -> str:
    """Return whether state-imposed labour was assessed, all that a reviewer is told of protected answers."""
    return next(
        level(finding, told) for finding in found.reviewed.profile.findings if finding.indicator == STATE_IMPOSED
    )


def chapters(found: File) -> tuple[Chapter, ...]:
    """Return the sections of which something was asked."""
    book = book_of(found)
    shown = set(asked(book, found.declared.response))
    touched = {entry.question for entry in found.entries}
    signs = {sign.question for finding in found.reviewed.profile.findings for sign in finding.signs}
    hides = hides_protected(found)
    rows = []
    for section in book.questionnaire.sections:
        here = tuple(one for one in section.questions if one.id in shown and not (hides and one.protected))
        hidden = sum(one.protected for one in section.questions) if hides else 0
        if here or hidden:
            judged, marked = (sum(one.id in group for one in here) for group in (touched, signs))
            rows.append(Chapter(section, here, hidden, judged, marked))
    return tuple(rows)


def items(work: Work, found: File, chapter: Chapter, told: Words) -> tuple[Item, ...]:
    """Return the answers of a section, each with its evidence and its history."""
    answers, grades = found.declared.response.answers, _grades(found)
    open_to_doubt = doubtable(book_of(found))
    signs, changes = _signs(found, told), _changes(work, found, chapter)
    proofs = _proofs(work, found, told)
    done: dict[str, list[Event]] = {}
    for event in events(found, told):
        done.setdefault(event.question, []).append(event)
    return tuple(
        Item(
            question=one,
            number=place,
            answer=answers.get(one.id, Answer()),
            grade=grades.get(one.id, 1 if answers.get(one.id, Answer()).evidence else 0),
            graded=one.id in found.judgement.grades,
            doubtable=one.id in open_to_doubt,
            signs=signs.get(one.id, ()),
            unsupported=one.id in found.judgement.unsupported,
            aside=one.id in found.judgement.not_applicable,
            proofs=proofs.get(one.id, ()),
            changes=changes.get(one.id),
            events=tuple(done.get(one.id, ())),
        )
        for place, one in enumerate(chapter.questions, start=1)
    )


def events(found: File, told: Words) -> tuple[Event, ...]:
    """Return what reviewers decided and what was written, in the order in which it happened."""
    decided = [
        Event(
            at=entry.at,
            who=who(found, entry.by, told),
            title=did(msgspec.json.decode(entry.content, type=Decision), told),
            words=_words_of(entry),
            question=entry.question,
        )
        for entry in found.entries
    ]
    written = [
        Event(
            at=one.at,
            who=told("reviewing.the_firm") if one.from_firm else who(found, one.by, told),
            title=told("reviewing.did_answer" if one.from_firm else "reviewing.did_ask"),
            words=one.words,
            question=one.question,
        )
        for one in found.messages
    ]
    return tuple(sorted((*decided, *written), key=lambda event: event.at))


def who(found: File, person: str, told: Words) -> str:
    """Return in which role somebody acted on a file."""
    roles = {found.engagement.reviewer: "auditor", found.engagement.second_reviewer: "second"}
    return told(f"reviewing.role_{roles.get(person, 'lead')}")


def did(decision: Decision, told: Words) -> str:
    """Return what was decided, in words."""
    facts: dict[str, object] = {}
    name = type(decision).__name__.lower()
    match decision:
        case Graded(grade=grade):
            facts["grade"] = f"E{int(grade)}"
        case Unsupported(supported=True):
            name = "supported"
        case SetAside(applies=True):
            name = "applies"
        case Looked(label=label):
            facts["label"] = naming.labels(told.language)[label]
        case Nonconformity(severity=severity):
            facts["severity"] = told(f"reviewing.severity_{severity}")
        case Resolved(conclude=False):
            name = "sent_back"
    return told(f"reviewing.did_{name}", **facts)


def can(work: Work, found: File) -> Can:
    """Return what the actor may do with a file as it stands; a second factor is asked for when it is needed."""
    subject = subject_of(found.engagement)
    actor = msgspec.structs.replace(work.actor, second_factor=True)
    reviewed, standing = found.engagement.stage is Stage.IN_REVIEW, found.judgement.standing
    open_, proposed = (reviewed and standing is one for one in (Standing.OPEN, Standing.PROPOSED))
    return Can(
        judge=open_ and may(actor, Step.REVIEW_JUDGE, subject),
        propose=open_ and may(actor, Step.REVIEW_PROPOSE, subject),
        confirm=proposed and may(actor, Step.REVIEW_CONFIRM, subject),
        resolve=reviewed and standing is Standing.DISPUTED and may(actor, Step.REVIEW_RESOLVE, subject),
        withdraw=found.engagement.stage is not Stage.WITHDRAWN and may(actor, Step.REVIEW_WITHDRAW, subject),
        write=reviewed and may(actor, Step.MESSAGE_WRITE, subject),
    )


def _words_of(entry: Entry) -> str:
    decision = msgspec.json.decode(entry.content, type=Decision)
    match decision:
        case Nonconformity(words=words) | NotAssessable(words=words):
            return f"{words} ({entry.reason})"
    return entry.reason


def _grades(found: File) -> dict[str, int]:
    bearing = {part.question: part.grade for part in found.reviewed.profile.evidence}
    return bearing | {question: int(grade) for question, grade in found.judgement.grades.items()}


def _signs(found: File, told: Words) -> dict[str, tuple[str, ...]]:
    labels, strengths = naming.indicators(told.language), naming.strengths(told.language)
    signs: dict[str, tuple[str, ...]] = {}
    for finding in found.reviewed.profile.findings:
        for sign in finding.signs:
            said = told("reviewing.sign", strength=strengths[sign.strength], indicator=labels[finding.indicator])
            signs[sign.question] = (*signs.get(sign.question, ()), said)
    return signs


def _changes(work: Work, found: File, chapter: Chapter) -> Mapping[str, Changes]:
    wanted = [one.id for one in chapter.questions]
    if not wanted:
        return {}
    rows = [one for one in engagements.changes(work.connection, found.engagement.id, questions=wanted) if one.old]
    counted: dict[str, Changes] = {}
    for row in rows:
        before = counted.get(row.question)
        counted[row.question] = Changes(before.times + 1 if before else 1, row.at)
    return counted


def _proofs(work: Work, found: File, told: Words) -> dict[str, tuple[Proof, ...]]:
    """Return the documents behind each answer, as far as the actor may know of them."""
    one = found.engagement
    if not may(work.actor, Step.FILE_SEE, subject_of(one)):
        return {}
    proofs: dict[str, tuple[Proof, ...]] = {}
    for linked in evidence.for_reviewers(work, one):
        file = linked.file
        if file.erased:
            proof = Proof(told("reviewing.file_erased", reason=file.erased_reason), "")
        elif file.shared:
            proof = Proof(file.name, f"/assessments/{one.id}/documents/{file.id}")
        else:
            proof = Proof(told("reviewing.file_private"), "")
        proofs[linked.question] = (*proofs.get(linked.question, ()), proof)
    return proofs


def in_words(found: File, questions: Iterable[str], told: Words) -> dict[str, str]:
    """Return the words of questions by their id."""
    book = book_of(found)
    return {one: told.say(book.questions[book.row[one]].text) for one in questions if one in book.row}
