"""Answers that deserve a second look: questions for a reviewer, never findings.

A prompt says what stands out, in which answers or papers, and how far. It moves
no number, level or band, and most prompts have an innocent reason. What each
kind means, its figures and its sentences are content (`library/integrity`).

Three things hold for every prompt:

- No answer to a protected question is read, so that prompts may be kept beside
  the queue, outside the vault.
- Its words are `ForReviewers`. That is no `Text`: whatever takes a `Text`, as
  every report and every copy that travels does, cannot take them.
- How often a kind was right is told with it, or that nobody knows yet:

    centre = (p + z²/2n) / (1 + z²/n)        p = right / n,  n = concluded prompts
    spread = z / (1 + z²/n) * sqrt(p(1-p)/n + z²/4n²)
    right in [centre - spread, centre + spread]              (Wilson)

`integrity_alone` looks at one file, `integrity_together` and `integrity_alike`
at several beside each other, `integrity_unusual` with scikit-learn.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import msgspec

from questionnaires import content
from questionnaires.codebook import Codebook
from questionnaires.condition import AnyCondition, questions_of
from questionnaires.content import ContentError
from questionnaires.text import Text, filled, say
from risk_models.model import Figure, Rule

LIBRARY = Path(__file__).parent / "library" / "integrity"


class Kind(StrEnum):
    """What a prompt is about."""

    CONTRADICTION = "contradiction"  # answers that are hard to hold together
    TOO_GOOD = "too_good"  # better than others, or than the rules, lead one to expect
    STRAIGHT_LINE = "straight_line"  # one choice all along, whichever way the questions turn
    ALIKE = "alike"  # answers as those of a firm that should not share a hand
    HASTE = "haste"  # answered in minutes
    SAME_PAPER = "same_paper"  # evidence that another firm shows as well
    UNUSUAL = "unusual"  # unlike firms of its activity and size


class Strength(StrEnum):
    """How far something stands out; it does not say how likely anything is wrong."""

    SLIGHT = "slight"
    CLEAR = "clear"
    MARKED = "marked"


class ForReviewers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that only a reviewer's page may show."""

    tk: str
    ru: str
    en: str

    def to_reviewer(self, language: str) -> str:
        """Return the wording in `language`, or the nearest one."""
        return say(msgspec.structs.asdict(self), language)


class Side(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the answers that are shown side by side."""

    question: str
    answer: ForReviewers


class Prompt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One question for a reviewer of one file."""

    kind: Kind
    strength: Strength
    why: ForReviewers
    rule: str = ""  # the contradiction
    questions: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()  # the answers, where they are to be read side by side
    files: tuple[str, ...] = ()  # the others it is about, nearest first
    papers: tuple[str, ...] = ()  # digests


class NotLooked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A look that was not taken, because there are `have` firms where it needs `need`."""

    kind: Kind
    have: int
    need: int
    why: ForReviewers


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of look found, one entry a file, in the order in which the files were given."""

    prompts: tuple[tuple[Prompt, ...], ...]
    not_looked: tuple[NotLooked | None, ...]  # None where a look was taken


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a kind of prompt was raised, and how often it was right."""

    kind: Kind
    files: int  # looked at
    raised: int  # prompts
    concluded: int  # prompts on which a reviewer has concluded
    right: int  # of these, where what it asked about had to be put right
    low: float | None  # 0 to 1, Wilson interval; None while too few are concluded
    high: float | None


class Contradiction(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers that are hard to hold together, and what to ask about them.

    `why` may name the answers as {first}, {second} and so on.
    """

    id: str
    when: AnyCondition
    questions: tuple[str, ...]  # shown side by side, at least two
    strength: Strength
    why: Text

    def __post_init__(self) -> None:
        """Refuse fewer than two answers, and one that the condition does not read."""
        if len(self.questions) < 2 or not set(self.questions) <= questions_of(self.when):  # noqa: PLR2004
            raise ValueError(f"contradiction {self.id}: it needs two questions or more, all read by its condition")


class Words(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a kind of prompt looks at, why it may be innocent, and its sentences by name."""

    label: Text
    about: Text
    says: dict[str, Text]


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Activities that are compared with each other."""

    id: str
    label: Text
    values: tuple[str, ...]  # choices of the question on the activity


class SecondLook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that prompts are made of, for one version of one form."""

    version: str
    questionnaire: str
    questionnaire_version: str
    reviewed: bool  # a native speaker has read every translation
    review_note: Text
    figures: dict[str, Figure]
    kinds: dict[Kind, Words]
    common: dict[str, Text]
    activity: str  # the question on the activity
    groups: tuple[Group, ...]
    size: str  # the question on the number of people
    sizes: tuple[int, ...]  # people, where one class of size ends, inclusive
    shared_papers: tuple[str, ...]  # kinds of evidence that many firms may have word for word
    contradictions: tuple[Contradiction, ...]

    def figure(self, name: str) -> int:
        """Return a figure, in the unit that stands beside it."""
        return self.figures[name].value


@cache
def read(version: str = "2026.1") -> SecondLook:
    """Return one edition of the library.

    Raises:
        ContentError: there is no such edition, a file does not fit, a kind is
            missing, or an id is used twice.
    """
    folder = LIBRARY / version
    head = content.read(folder / "second_look.yaml", dict[str, object])
    head["contradictions"] = content.read(folder / "contradictions.yaml", list[object])
    look = content.convert(head, SecondLook, f"integrity/{version}")
    if missing := set(Kind) - look.kinds.keys():
        raise ContentError(f"integrity/{version}: no words for {', '.join(sorted(missing))}")
    if twice := [name for name, count in Counter(one.id for one in look.contradictions).items() if count > 1]:
        raise ContentError(f"integrity/{version}: used twice: {', '.join(twice)}; give one of them another id")
    return look


def faults(look: SecondLook, book: Codebook) -> tuple[str, ...]:
    """Return what in an edition does not fit its form, one sentence each; empty when all does."""
    found: list[str] = []
    asked_already = {cross.when for cross in book.questionnaire.cross_checks}
    for one in look.contradictions:
        if unknown := questions_of(one.when) - book.row.keys():
            found.append(f"{one.id}: the form has no question {', '.join(sorted(unknown))}")
            continue
        if [name for name in questions_of(one.when) if book.questions[book.row[name]].protected]:
            found.append(f"{one.id}: no prompt may read a protected answer")
        if one.when in asked_already:
            found.append(f"{one.id}: the form asks the respondent about this already")
    found += [f"the form has no question {name}" for name in (look.activity, look.size) if name not in book.row]
    kinds = {kind.id for kind in book.questionnaire.evidence_kinds}
    found += [f"no evidence is called {name}" for name in look.shared_papers if name not in kinds]
    return tuple(found)


def worded(text: Text, **facts: object) -> ForReviewers:
    """Return a text with its facts filled in, for reviewers alone.

    Raises:
        KeyError: a wording wants another fact.
    """
    return msgspec.convert(filled(text, **facts), ForReviewers)


def not_looked(look: SecondLook, kind: Kind, have: int, need: int) -> NotLooked:
    """Return that a look was not taken, and for want of how many firms."""
    return NotLooked(kind=kind, have=have, need=need, why=worded(look.common["not_looked"], have=have, need=need))


def counted(prompts: Iterable[Prompt]) -> dict[Kind, int]:
    """Return how many prompts there are of each kind."""
    found = Counter(prompt.kind for prompt in prompts)
    return {kind: found[kind] for kind in Kind}


def record(look: SecondLook, kind: Kind, files: int, conclusions: Sequence[bool | None]) -> Record:
    """Return how often a kind was raised and how often it was right.

    Args:
        look: the figures.
        kind: of the prompts.
        files: how many were looked at for this kind.
        conclusions: one for each prompt raised: whether what it asked about had
            to be put right; None while no reviewer has concluded.
    """
    told = [one for one in conclusions if one is not None]
    enough = len(told) >= max(1, look.figure("record_min"))
    low, high = wilson(sum(told), len(told), look.figure("record_sure") / 100) if enough else (None, None)
    return Record(
        kind=kind,
        files=files,
        raised=len(conclusions),
        concluded=len(told),
        right=sum(told),
        low=low,
        high=high,
    )


def telling(look: SecondLook, one: Record) -> ForReviewers:
    """Return a record in words: how often right, or that it is not yet known."""
    facts: dict[str, object] = {"raised": one.raised, "files": one.files, "concluded": one.concluded}
    if one.low is None or one.high is None:
        return worded(look.common["record_unknown"], **facts, need=look.figure("record_min"))
    bounds = {"low": round(100 * one.low), "high": round(100 * one.high)}
    return worded(look.common["record_known"], **facts, right=one.right, **bounds)


def wilson(right: int, of: int, sure: float) -> tuple[float, float]:
    """Return the interval, 0 to 1, that holds a share of which `right` of `of` were seen.

    Args:
        right: how often it was so.
        of: how often it could have been so, at least 1.
        sure: how often such intervals hold the share, 0 to 1.
    """
    z = NormalDist().inv_cdf((1 + sure) / 2)
    share, shrink = right / of, 1 + z * z / of
    centre = (share + z * z / (2 * of)) / shrink
    spread = z / shrink * sqrt(share * (1 - share) / of + (z / (2 * of)) ** 2)
    return max(0.0, centre - spread), min(1.0, centre + spread)
