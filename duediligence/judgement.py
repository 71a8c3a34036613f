"""What reviewers decide, entry by entry, and the review that the entries add up to.

An entry is never changed or deleted; a later one takes its place. So the file
shows who judged what, when and why, and the review of any moment can be computed
again from the entries up to it.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TypeAlias

import msgspec

from duediligence.review import Label, Review, Reviewer
from risk_models.evidence import EvidenceGrade
from risk_models.model import Attribution


class Severity(StrEnum):
    """The grade of a nonconformity, as audits name it (ISO 19011, ISO/IEC 17021-1)."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"
    UNABLE_TO_VERIFY = "unable_to_verify"


class _Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=str.lower):
    """Something a reviewer decided."""


class Looked(_Decision, frozen=True, kw_only=True):
    """How the reviewers looked: at documents or on site, announced or not, whom they heard."""

    label: Label
    announced: bool | None = None  # None without a visit
    workers_heard: int | None = None  # None when nobody was asked
    languages: tuple[str, ...] = ()


class Graded(_Decision, frozen=True, kw_only=True):
    """How far the evidence for one answer goes."""

    grade: EvidenceGrade


class Unsupported(_Decision, frozen=True, kw_only=True):
    """A favourable answer that the evidence does not bear out counts as not known; taken back by `supported`."""

    supported: bool = False


class SetAside(_Decision, frozen=True, kw_only=True):
    """A question that does not apply here; taken back by `applies`."""

    applies: bool = False


class FalseStatement(_Decision, frozen=True, kw_only=True):
    """A statement was proven false."""


class Nonconformity(_Decision, frozen=True, kw_only=True):
    """What a reviewer found, in their own words; no person is named."""

    severity: Severity
    attribution: Attribution
    indicator: str = ""
    words: str


class NotAssessable(_Decision, frozen=True, kw_only=True):
    """What could not be examined, and is said so on the report."""

    words: str


class Proposed(_Decision, frozen=True, kw_only=True):
    """The auditor proposes to conclude."""


class Confirmed(_Decision, frozen=True, kw_only=True):
    """The second reviewer agrees."""


class Disputed(_Decision, frozen=True, kw_only=True):
    """The second reviewer does not agree."""


class Resolved(_Decision, frozen=True, kw_only=True):
    """The lead auditor decides a dispute."""

    conclude: bool  # otherwise the file goes back to the auditor


Decision: TypeAlias = (
    Looked
    | Graded
    | Unsupported
    | SetAside
    | FalseStatement
    | Nonconformity
    | NotAssessable
    | Proposed
    | Confirmed
    | Disputed
    | Resolved
)


class Standing(StrEnum):
    """Where a file stands between its reviewers."""

    OPEN = "open"
    PROPOSED = "proposed"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One decision with the question it is about, "" where it speaks of the whole."""

    question: str
    decision: Decision


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What the entries of one file add up to."""

    looked: Looked
    grades: dict[str, EvidenceGrade]
    unsupported: tuple[str, ...]
    not_applicable: tuple[str, ...]
    false_statement: bool
    nonconformities: tuple[Nonconformity, ...]
    not_assessable: tuple[str, ...]
    standing: Standing

    def review(self, on: date, reviewer: Reviewer, second: Reviewer | None) -> Review:
        """Return the review that an assessment is computed under."""
        return Review(
            label=self.looked.label,
            on=on,
            reviewer=reviewer,
            second_reviewer=second,
            announced=self.looked.announced,
            workers_heard=self.looked.workers_heard,
            languages=self.looked.languages,
            grades=self.grades,
            not_applicable=self.not_applicable,
            not_supported=self.unsupported,
            false_statement=self.false_statement,
        )


def judgement(decisions: Iterable[Judged]) -> Judgement:
    """Return what decisions add up to, the later ones in the place of the earlier."""
    looked = Looked(label=Label.DOCUMENTS_REVIEWED)
    grades: dict[str, EvidenceGrade] = {}
    marks: dict[str, dict[str, bool]] = {"unsupported": {}, "aside": {}}
    found: list[Nonconformity] = []
    open_ends: list[str] = []
    proven, standing = False, Standing.OPEN
    for one in decisions:
        match one.decision:
            case Looked() as how:
                looked = how
            case Graded(grade=grade):
                grades[one.question] = grade
            case Unsupported(supported=supported):
                marks["unsupported"][one.question] = not supported
            case SetAside(applies=applies):
                marks["aside"][one.question] = not applies
            case FalseStatement():
                proven = True
            case Nonconformity() as nonconformity:
                found.append(nonconformity)
            case NotAssessable(words=words):
                open_ends.append(words)
            case Proposed() | Disputed() | Confirmed() | Resolved() as said:
                standing = _standing(said)
    return Judgement(
        looked=looked,
        grades=grades,
        unsupported=tuple(question for question, marked in marks["unsupported"].items() if marked),
        not_applicable=tuple(question for question, marked in marks["aside"].items() if marked),
        false_statement=proven,
        nonconformities=tuple(found),
        not_assessable=tuple(open_ends),
        standing=standing,
    )


def _standing(said: Proposed | Disputed | Confirmed | Resolved) -> Standing:
    match said:
        case Proposed():
            return Standing.PROPOSED
        case Disputed():
            return Standing.DISPUTED
        case Confirmed() | Resolved(conclude=True):
            return Standing.CONFIRMED
        case Resolved():
            return Standing.OPEN
