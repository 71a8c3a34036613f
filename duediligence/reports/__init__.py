"""What a report says: one value, in one language, in the order of speaking.

A `Report` holds plain words and numbers and knows no format. The pages, the
PDF and the workbook each show this one value, so that none of them can say more
than another. Every part brings its own heading and introduction; the labels of
columns and fields stand in `Report.words`.

A shared copy may travel to buyers and state bodies. What is protected is not in
it at all: it was left out when the report was composed, not hidden on the page.
"""

from datetime import date

from duediligence.reports.issued import Issued
from duediligence.reports.opening import (
    Band,
    Cell,
    Copy,
    Fact,
    Figure,
    Head,
    Measure,
    Notice,
    Numbers,
    Part,
    Passage,
    Reference,
    ReviewerBlock,
    Strip,
    Table,
)

__all__ = [
    "Action",
    "AnswerRow",
    "AnswerSection",
    "Answers",
    "Band",
    "Cell",
    "Context",
    "ContextItem",
    "Control",
    "ControlSection",
    "Controls",
    "Copy",
    "Crosswalk",
    "CrosswalkRow",
    "Evidence",
    "EvidenceGroup",
    "EvidenceRow",
    "Exposure",
    "ExposureGroup",
    "Exposures",
    "Fact",
    "Figure",
    "Finding",
    "Findings",
    "Head",
    "Instrument",
    "Issued",
    "Measure",
    "Method",
    "Notice",
    "Numbers",
    "Override",
    "Overrides",
    "Passage",
    "Plan",
    "Protocol",
    "ProtocolStep",
    "Reference",
    "Report",
    "ReviewerBlock",
    "Sign",
    "Strip",
    "Table",
]


class Sign(Part, frozen=True, kw_only=True):
    """One answer that points to an indicator; a sign, never a finding of law."""

    question_id: str
    question: str
    answer: str
    strength: str
    element: str
    attribution: str
    evidence: str  # what the answer rests on
    apart: str  # of attribution and evidence, what `Findings.unless_said` does not say already
    lower: str  # what the answer would be for a lower level; empty where that asks nothing of it


class Finding(Part, frozen=True, kw_only=True):
    """What the answers say of one indicator."""

    code: str
    label: str
    meaning: str
    level: str  # as in `Cell`
    word: str
    highest: str  # what missing answers may still raise it to; empty where that is no more
    signs: tuple[Sign, ...]
    context: tuple[Sign, ...]
    unknown: tuple[str, ...]  # questions without an answer that bear on it
    to_lower: tuple[str, ...]  # the fewest changes in practice that bring it down one level
    to_leave_none: tuple[str, ...]  # those after which no sign is reported
    attribution: str
    own: bool  # in the hands of the firm itself, as `Findings.unless_said` says
    coverage: str  # how much of what bears on it was answered
    withheld: str  # says that protected answers may bear on it and are left out; empty where none can


class Findings(Part, frozen=True, kw_only=True):
    """Every indicator with a sign, or not assessed."""

    passage: Passage
    unless_said: tuple[str, ...]  # what holds of every sign that says nothing else
    findings: tuple[Finding, ...]
    quiet: str  # which indicators no sign was reported for
    withheld: str  # which indicators protected answers may bear on that are left out, whether or not there are any


class Override(Part, frozen=True, kw_only=True):
    """A rule that lifted the band, and why."""

    id: str
    label: str
    effect: str
    reason: str
    questions: tuple[str, ...]
    questions_words: str  # how many they are; empty where none is named


class Overrides(Part, frozen=True, kw_only=True):
    """The rules that lifted the band; empty where the number alone decided."""

    passage: Passage
    overrides: tuple[Override, ...]


class Exposure(Part, frozen=True, kw_only=True):
    """One circumstance that counts towards the inherent risk."""

    label: str
    group: str
    points: int
    sure: bool  # false where it counts because nothing rules it out


class ExposureGroup(Part, frozen=True, kw_only=True):
    """What one group of circumstances comes to."""

    id: str
    label: str
    points: int
    cap: int
    counted: int  # at most the cap
    begins: float  # where its bar starts in the waterfall


class Exposures(Part, frozen=True, kw_only=True):
    """Where the inherent risk comes from."""

    passage: Passage
    groups: tuple[ExposureGroup, ...]
    exposures: tuple[Exposure, ...]
    total: float
    figure: Figure


class Control(Part, frozen=True, kw_only=True):
    """One thing the firm may do against risk, and whether it does."""

    question_id: str
    question: str
    state: str  # met, partly, unmet or unknown
    word: str
    relief: float  # score points it takes away
    evidence: str


class ControlSection(Part, frozen=True, kw_only=True):
    """The controls of one section that may be shown."""

    id: str
    label: str
    met: int
    partly: int
    unmet: int
    unknown: int
    controls: tuple[Control, ...]

    @property
    def share(self) -> float:
        """The part of the controls that is met, partly counting half, 0 to 100."""
        whole = self.met + self.partly + self.unmet + self.unknown
        return 100 * (self.met + self.partly / 2) / whole if whole else 0.0


class Controls(Part, frozen=True, kw_only=True):
    """What the firm does against risk."""

    passage: Passage
    sections: tuple[ControlSection, ...]
    withheld: str
    figure: Figure


class EvidenceRow(Part, frozen=True, kw_only=True):
    """What one answer rests on."""

    question_id: str
    question: str
    grade: str  # E0 to E4
    grade_words: str
    references: tuple[str, ...]


class EvidenceGroup(Part, frozen=True, kw_only=True):
    """Answers that rest on the same documents."""

    grade: str  # E0 to E4
    references: tuple[str, ...]
    answers: tuple[Fact, ...]  # questions with their answers


class Evidence(Part, frozen=True, kw_only=True):
    """The register of evidence: answers with a reference or a grade above a bare statement."""

    passage: Passage
    grades: tuple[Fact, ...]  # how many counted answers rest on each grade
    rows: tuple[EvidenceRow, ...]
    groups: tuple[EvidenceGroup, ...]  # the same, by what the answers rest on
    withheld: str


class Action(Part, frozen=True, kw_only=True):
    """One thing to do."""

    number: int
    remedy: str  # id in the remedies library
    title: str
    kind: str
    kind_word: str
    priority: str  # p0 to p3
    priority_word: str
    steps: tuple[str, ...]
    why: str
    owners: str
    start: date | None
    start_words: str
    due: date
    due_words: str
    evidence: str  # what closes it
    cost: str
    answers: tuple[str, ...]  # the questions it answers
    indicators: tuple[str, ...]  # to which these point
    after: tuple[int, ...]  # numbers of the actions that come first
    status: str


class Plan(Part, frozen=True, kw_only=True):
    """What is to be done, by whom, by when, and what shows that it is done."""

    passage: Passage
    begun: date
    actions: tuple[Action, ...]
    find_out: tuple[str, ...]  # questions to which nobody has the answer yet
    withheld: str  # says that actions on protected answers are left out, whether or not there are any
    figure: Figure


class ProtocolStep(Part, frozen=True, kw_only=True):
    """One step before any plan."""

    title: str
    within: str
    do: tuple[str, ...]
    never: tuple[str, ...]


class Protocol(Part, frozen=True, kw_only=True):
    """How a grave sign is met before anything else is planned."""

    passage: Passage
    steps: tuple[ProtocolStep, ...]
    help: tuple[str, ...]  # kinds of outside help; contacts only where a test call is on record


class CrosswalkRow(Part, frozen=True, kw_only=True):
    """One requirement, and what this report has to say to it."""

    locator: str
    asks: str
    state: str  # answered, partly, not_answered or outside
    word: str
    findings: str  # indicators that bear on it and where they stand
    confirmed: bool


class Instrument(Part, frozen=True, kw_only=True):
    """A law, trade rule or standard with its requirements."""

    title: str
    jurisdiction: str
    timing: str
    in_force: bool  # on the day of the assessment, and not merely voluntary
    role: str
    confirmed: bool
    counts: dict[str, int]  # requirements by state
    rows: tuple[CrosswalkRow, ...]


class Crosswalk(Part, frozen=True, kw_only=True):
    """Which questions of law and trade the answers speak to; never whether a law is kept."""

    passage: Passage
    instruments: tuple[Instrument, ...]


class ContextItem(Part, frozen=True, kw_only=True):
    """One dated statement about the country, with where it comes from."""

    title: str
    text: str
    sources: tuple[Reference, ...]


class Context(Part, frozen=True, kw_only=True):
    """What is known of the country; it says nothing of one firm."""

    passage: Passage
    items: tuple[ContextItem, ...]


class AnswerRow(Part, frozen=True, kw_only=True):
    """One question that was asked, and the answer in words."""

    question_id: str
    question: str
    answer: str
    given: bool
    comment: str  # only in the copy of the firm


class AnswerSection(Part, frozen=True, kw_only=True):
    """The answers of one section."""

    id: str
    title: str
    answered: int
    asked: int
    rows: tuple[AnswerRow, ...]
    withheld: str


class Answers(Part, frozen=True, kw_only=True):
    """Everything that was asked."""

    passage: Passage
    sections: tuple[AnswerSection, ...]


class Method(Part, frozen=True, kw_only=True):
    """How the numbers came about, with the figures of this report put in."""

    passage: Passage
    formulas: tuple[str, ...]
    figures: tuple[Fact, ...]


class Report(Part, frozen=True, kw_only=True):
    """Everything one report says, in the order in which it says it."""

    copy: Copy
    language: str
    head: Head
    numbers: Numbers
    strip: Strip
    notices: tuple[Notice, ...]
    limits: Passage
    check: Passage  # where and how to check the report
    reviewer: ReviewerBlock
    findings: Findings
    two_part_test: Passage
    overrides: Overrides
    exposures: Exposures
    controls: Controls
    protocol: Protocol | None
    plan: Plan
    evidence: Evidence
    crosswalk: Crosswalk
    context: Context
    answers: Answers
    method: Method
    versions: tuple[Fact, ...]
    words: dict[str, str]  # labels of columns and fields
    issued: Issued | None = None  # only where it was issued to be shown
