"""What is asked: questions, sections and questionnaires.

The words are those of XLSForm: relevant, required, hint, choices. A question
belongs to one of five kinds; a misspelt key or a key of another kind is refused
when the content is read.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

import msgspec

from questionnaires.condition import ALWAYS, AnyCondition
from questionnaires.text import Source, Text


class Lifecycle(StrEnum):
    """Whether a version may be used for new work."""

    DRAFT = "draft"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class Choice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One possible answer; an exclusive one ("none of these") stands alone."""

    id: str
    label: Text
    exclusive: bool = False


class Question(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="type",
    forbid_unknown_fields=True,
):
    """What every kind of question has."""

    id: str
    text: Text
    hint: Text = {}  # why it is asked, and what the words mean
    relevant: AnyCondition = ALWAYS
    required: bool = True
    unknown: bool = True  # "not known" is offered
    declinable: bool = False  # "prefer not to say" is offered
    protected: bool = False  # kept apart, and never shown to a state reviewer unasked
    discreet: bool = False  # may name an authority: reviewers read it, a copy that travels leaves it out
    part_of: str = ""  # the question of which this one asks a detail
    evidence: tuple[str, ...] = ()  # ids of EvidenceKind
    sources: tuple[Source, ...] = ()

    @property
    def travels(self) -> bool:
        """Whether a copy that leaves the firm may hold the answer."""
        return not (self.protected or self.discreet)


class SelectOne(Question, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="select_one"):
    """Asks for exactly one of `choices`."""

    choices: tuple[Choice, ...]


class SelectMany(
    Question, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="select_many"
):
    """Asks for any number of `choices`; at most 63."""

    choices: tuple[Choice, ...]


class Number(Question, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="number"):
    """Asks for a quantity in `unit`, between `minimum` and `maximum` inclusive."""

    unit: Text
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = True  # no decimals
    people: bool = False  # a count of people: never shown between 1 and 10


class Date(Question, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="date"):
    """Asks for a day, between `earliest` and `latest` inclusive."""

    earliest: date | None = None
    latest: date | None = None


class Words(Question, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="words"):
    """Asks for a short text of at most `longest` characters, never for a person's name."""

    longest: int = 500


AnyQuestion = SelectOne | SelectMany | Number | Date | Words


class EvidenceKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of proof that an answer may rest on."""

    id: str
    label: Text


class Section(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Questions that are answered together."""

    id: str
    title: Text
    intro: Text = {}
    questions: tuple[AnyQuestion, ...]


class CrossCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two or more answers that are hard to hold together; asked about, never held against anyone."""

    id: str
    when: AnyCondition
    ask: Text  # a question to the respondent
    questions: tuple[str, ...]  # where to look, the first one first


class Origin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form of which a short form asks a part."""

    id: str
    version: str


class Questionnaire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A published form: (id, version) never changes once issued."""

    id: str
    version: str
    lifecycle: Lifecycle
    issued: date
    languages: tuple[str, ...]
    reviewed: bool  # a native speaker has read every translation
    review_note: Text = {}
    title: Text
    intro: Text
    minutes: int  # how long it usually takes, before anything is known
    selected_from: Origin | None = None  # of a short form: the form whose questions these are
    sections: tuple[Section, ...]
    evidence_kinds: tuple[EvidenceKind, ...] = ()
    cross_checks: tuple[CrossCheck, ...] = ()
    sources: tuple[Source, ...] = ()

    def questions(self) -> Iterator[AnyQuestion]:
        """Yield every question, in the order in which they are asked."""
        for section in self.sections:
            yield from section.questions
