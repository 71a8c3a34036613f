"""Questions to the reviewers of a file about answers that deserve a second look: never findings, for nobody else."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.auth import needs
from api.v1.contract import Identifier, taken, takes
from api.visit import Visit
from duediligence.access import Step
from duediligence.store.prompt import Outcome, Raised
from duediligence.workflow import second_look
from questionnaires.text import Text
from risk_models import integrity
from risk_models.integrity import ForReviewers, Kind, NotLooked, Record, Side, Strength


class OtherFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another file that a question is about, as far as the reader may know of it."""

    id: str
    name: str  # of site and firm; "" where the reader has no business with it


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question about a file: why it is asked, and what a reviewer concluded."""

    id: str
    kind: Kind
    about: Text  # what such questions look at, and why they may have an innocent reason
    strength: Strength  # how far it stands out, not how likely anything is wrong
    why: ForReviewers
    questions: tuple[str, ...]  # of the form
    sides: tuple[Side, ...]  # answers to be read side by side
    others: tuple[OtherFile, ...]
    papers: tuple[str, ...]  # SHA-256
    raised: datetime
    outcome: Outcome | None
    reason: str
    by: str | None
    concluded: datetime | None


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a kind of question was raised and how often it was right, in numbers and in words."""

    record: Record
    says: ForReviewers


class SecondLook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is asked about a file."""

    questions: tuple[Question, ...]
    not_looked: tuple[NotLooked, ...]
    records: tuple[Told, ...]  # of the kinds that are asked here
    may_conclude: bool


class Conclusion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reviewer concluded on a question; it names no person."""

    outcome: Outcome
    reason: Annotated[str, msgspec.Meta(max_length=second_look.LONGEST)]


@get("/files/{identifier:str}/prompts", opt=needs(Step.REVIEW_SEE), sync_to_thread=True)
def prompts(visit: NamedDependency[Visit], identifier: Identifier) -> SecondLook:
    """Return what is asked about a file that one reviews, and how often such questions were right."""
    with visit.reading() as work:
        found = second_look.second_look(work, identifier)
        records = second_look.records(work)
    kinds = dict.fromkeys(one.kind for one in found.raised)
    return SecondLook(
        questions=tuple(_question(one, found) for one in found.raised),
        not_looked=found.not_looked,
        records=tuple(Told(record=records[kind].record, says=records[kind].says) for kind in kinds),
        may_conclude=found.may_conclude,
    )


@post(
    "/files/{identifier:str}/prompts/{prompt:str}/conclusion",
    opt=needs(Step.REVIEW_JUDGE) | takes(Conclusion),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def conclude(visit: NamedDependency[Visit], identifier: Identifier, prompt: Identifier, body: RawBody) -> None:
    """Say what one concludes on a question; until the file is concluded one may think again."""
    wanted = taken(visit, body, Conclusion)
    with visit.writing() as work:
        second_look.conclude(work, identifier, prompt, wanted.outcome, wanted.reason)


def _question(one: Raised, found: second_look.SecondLook) -> Question:
    asked = one.prompt
    return Question(
        id=one.id,
        kind=one.kind,
        about=integrity.read().kinds[one.kind].about,
        strength=asked.strength,
        why=asked.why,
        questions=asked.questions,
        sides=asked.sides,
        others=tuple(OtherFile(id=name, name=found.others[name].name) for name in asked.files),
        papers=asked.papers,
        raised=one.raised,
        outcome=one.outcome,
        reason=one.reason,
        by=one.by,
        concluded=one.concluded,
    )


ROUTES = (prompts, conclude)
