"""Questions about a file as its reviewers read them: why each is asked, and how often such questions were right."""

from collections.abc import Iterable
from typing import NamedTuple

from api.pages import reviewing_view as view
from api.part import Part
from api.translation import Words
from duediligence.store.prompt import Outcome, Raised
from duediligence.workflow import second_look
from duediligence.workflow.reviewing import File
from duediligence.workflow.second_look import Other
from duediligence.workflow.work import Work
from risk_models import integrity
from risk_models.integrity import ForReviewers, Kind, Strength

LOOKS = {Strength.SLIGHT: "none", Strength.CLEAR: "part", Strength.MARKED: "look"}
"""How a strength looks as a tag."""


class Answered(Part, frozen=True, kw_only=True):
    """A question of the form that a prompt is about."""

    id: str
    words: str
    section: str
    answer: str  # "" where answers are not read side by side


class Asked(NamedTuple):
    """One question to the reviewer, in words."""

    id: str
    kind: str
    about: str  # what such questions look at, and why they may have an innocent reason
    strength: str
    look: str  # of the tag of the strength
    why: str
    answers: tuple[Answered, ...]
    others: tuple[Other, ...]
    record: str  # how often such questions were right
    outcome: Outcome | None
    reason: str
    said: str  # who concluded, and when; "" while nobody has


class Shown(NamedTuple):
    """What the page of a file says of answers that deserve a second look."""

    asked: tuple[Asked, ...]
    not_looked: tuple[tuple[str, str], ...]  # kind, and for want of what
    may_conclude: bool
    outcomes: tuple[tuple[str, str], ...]  # what a reviewer chooses from: value and words
    longest: int  # characters of a reason
    helped: str  # who helped the firm, as it says itself


def shown(work: Work, found: File, told: Words) -> Shown:
    """Return what is asked about a file.

    Raises:
        NotFound, NotAllowed: see `second_look.second_look`.
    """
    looked = second_look.second_look(work, found.engagement.id)
    records = second_look.records(work)
    kinds = integrity.read().kinds
    return Shown(
        asked=tuple(_asked(one, found, looked.others, records[one.kind].says, told) for one in looked.raised),
        not_looked=tuple(
            (told.say(kinds[one.kind].label), one.why.to_reviewer(told.language)) for one in looked.not_looked
        ),
        may_conclude=looked.may_conclude,
        outcomes=tuple((one.value, told(f"looking.outcome_{one}")) for one in Outcome),
        longest=second_look.LONGEST,
        helped=told(f"looking.helped_{looked.helped.help}", name=looked.helped.name),
    )


def kind(one: Kind, told: Words) -> str:
    """Return what a kind of prompt is called."""
    return told.say(integrity.read().kinds[one].label)


def _asked(one: Raised, found: File, others: dict[str, Other], record: ForReviewers, told: Words) -> Asked:
    words = integrity.read().kinds[one.kind]
    said = ""
    if one.by and one.concluded:
        said = f"{told.moment(one.concluded)}, {view.who(found, one.by, told)}"
    return Asked(
        id=one.id,
        kind=told.say(words.label),
        about=told.say(words.about),
        strength=told(f"looking.strength_{one.prompt.strength}"),
        look=LOOKS[one.prompt.strength],
        why=one.prompt.why.to_reviewer(told.language),
        answers=tuple(_answers(one, found, told)),
        others=tuple(others[name] for name in one.prompt.files),
        record=record.to_reviewer(told.language),
        outcome=one.outcome,
        reason=one.reason,
        said=said,
    )


def _answers(one: Raised, found: File, told: Words) -> Iterable[Answered]:
    """Yield the questions that a prompt is about, those left out that are not asked any more."""
    book = view.book_of(found)
    side = {each.question: each.answer.to_reviewer(told.language) for each in one.prompt.sides}
    words = view.in_words(found, one.prompt.questions, told)
    for name in one.prompt.questions:
        if name in words:
            yield Answered(id=name, words=words[name], section=book.section[name], answer=side.get(name, ""))
