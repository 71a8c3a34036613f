"""What a report says whatever the answers score: gates, standing words, context.

A notice shows when its condition holds. A gate shows also when its condition
cannot be told, and then says so: what could not be ruled out is not ruled out.
No score, grade of evidence or review takes a notice away.

    TRUE      shown, with `text`
    UNKNOWN   shown only if it is a gate, with `unknown_text`
    FALSE     not shown
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from questionnaires import content
from questionnaires.condition import AnyCondition, questions_of
from questionnaires.program import TRUE, UNKNOWN, Truths, compiled
from questionnaires.response import Answers
from questionnaires.text import Source, Text

LIBRARY = Path(__file__).parent / "library" / "notices"


class Severity(StrEnum):
    """How a notice weighs: a gate that nothing lifts, words that always stand, context."""

    GATE = "gate"
    STANDING = "standing"
    CONTEXT = "context"


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that go with an assessment, from `since` on, whenever `when` holds.

    A gate has an `unknown_text` for the case that `when` cannot be told.
    """

    id: str
    title: Text
    text: Text
    when: AnyCondition
    since: date
    severity: Severity
    confirmed: bool
    sources: tuple[Source, ...] = ()
    unknown_text: Text = {}

    def __post_init__(self) -> None:
        """Refuse a gate without words for the unknown, and such words without a gate."""
        if (self.severity is Severity.GATE) != bool(self.unknown_text):
            raise ValueError(f"notice {self.id}: a gate needs an unknown_text, and only a gate has one")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that shows; `sure` is false where it merely could not be ruled out."""

    notice: Notice
    sure: bool

    @property
    def text(self) -> Text:
        """The words that fit what is known."""
        return self.notice.text if self.sure else self.notice.unknown_text


@cache
def read(version: str = "2026.1") -> tuple[Notice, ...]:
    """Return the notices of one edition of the library, in the order in which they are shown.

    Raises:
        ContentError: there is no such edition, it does not fit, or an id is used twice.
    """
    path = LIBRARY / f"{version}.yaml"
    if not path.is_file():
        raise content.ContentError(f"there are no notices {version}; look in {LIBRARY.name} for the editions")
    notices = content.read(path, tuple[Notice, ...])
    if len({notice.id for notice in notices}) < len(notices):
        raise content.ContentError(f"{path.name}: two notices have the same id; give one of them another")
    return notices


def standing(
    notices: Sequence[Notice], answers: Answers, on: date, *, asked: Truths | None = None
) -> list[tuple[Standing, ...]]:
    """Return the notices that show on a day, one tuple for each response.

    Args:
        answers: a question that is not asked of a respondent is marked so, or
            `asked` says how far it is known to be asked.
        asked: as in `Program.run`, shape (questions, responses).

    A form that lacks a question which a notice reads leaves its truth UNKNOWN.
    """
    begun = [notice for notice in notices if notice.since <= on]
    known = [number for number, notice in enumerate(begun) if questions_of(notice.when) <= answers.codebook.row.keys()]
    truths = np.full((len(begun), answers.size), UNKNOWN, np.int8)
    if known:
        program = compiled(answers.codebook, tuple(begun[number].when for number in known))
        truths[known] = program.run(answers, asked=asked)
    return [_shown(begun, column) for column in truths.T.tolist()]


def _shown(notices: Sequence[Notice], truths: Sequence[int]) -> tuple[Standing, ...]:
    """Return the notices that show for one response, by the table at the head of this module."""
    return tuple(
        Standing(notice=notice, sure=truth == TRUE)
        for notice, truth in zip(notices, truths, strict=True)
        if truth == TRUE or (truth == UNKNOWN and notice.severity is Severity.GATE)
    )
