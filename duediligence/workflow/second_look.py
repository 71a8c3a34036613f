"""Questions to the reviewers of a file about answers that deserve a second look, and what they conclude on them.

    handed in ─► a job looks at the file by itself ─┐
    nightly   ─► a job looks at it beside others  ──┴─► prompts ─► a reviewer: explained, a finding, cannot be told
                                                                       └─► how often the kind was right

Prompts are for whoever reviews the file and for the lead auditor. No step of a firm,
no report, no record and no copy that travels reaches them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from duediligence.access import Step, may
from duediligence.database import Connection
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.job import Order
from duediligence.preparer import Preparer
from duediligence.store import engagement as store
from duediligence.store import job as jobs
from duediligence.store import organisation as organisations
from duediligence.store import preparer as preparers
from duediligence.store import prompt as prompts
from duediligence.store.prompt import Outcome, Raised
from duediligence.words import problem
from duediligence.workflow.work import Work, subject_of
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.problem import Problem
from risk_models import integrity
from risk_models.integrity import ForReviewers, Kind, NotLooked, Record

LOOK = "look"
"""What the job is called that looks at one file by itself."""

LONGEST = 500
"""Characters of a reason."""

_RIGHT = {Outcome.EXPLAINED: False, Outcome.FINDING: True, Outcome.UNTOLD: None, None: None}


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file to look at."""

    engagement: str


class Told(NamedTuple):
    """How often a kind of prompt was raised and how often it was right, in words."""

    record: Record
    says: ForReviewers


class Other(NamedTuple):
    """Another file that a prompt names, as far as the actor may know of it."""

    engagement: str
    name: str  # of site and firm; "" where the actor has no business with it


class SecondLook(NamedTuple):
    """Everything that is asked about a file."""

    engagement: Engagement
    raised: tuple[Raised, ...]
    not_looked: tuple[NotLooked, ...]
    others: dict[str, Other]  # the files that prompts name, by id
    may_conclude: bool
    helped: Preparer  # who helped the firm, as it says itself


def look_soon(connection: Connection, identifier: str, now: datetime) -> None:
    """Order a look at a file that was handed in; asked for twice it is one look."""
    order = Order(kind=LOOK, arguments=Wanted(engagement=identifier), once=f"{LOOK}:{identifier}")
    jobs.enqueue(connection, order, now)


def second_look(work: Work, identifier: str) -> SecondLook:
    """Return what is asked about a file.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; it is for those who review the file and for the lead auditor.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.REVIEW_SEE, subject_of(one))
    raised = prompts.of_engagement(work.connection, identifier)
    named = {other for each in raised for other in each.prompt.files}
    return SecondLook(
        engagement=one,
        raised=raised,
        not_looked=prompts.missed(work.connection, identifier),
        others={other: _other(work, other) for other in named},
        may_conclude=one.stage is Stage.IN_REVIEW and may(work.actor, Step.REVIEW_JUDGE, subject_of(one)),
        helped=preparers.of_engagement(work.connection, identifier),
    )


def question(work: Work, about: str, identifier: str) -> Raised:
    """Return one prompt of a file, for whoever may conclude on it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or the file has no such prompt.
    """
    one = store.load(work.connection, about)
    work.allow(Step.REVIEW_JUDGE, subject_of(one))
    return prompts.load(work.connection, about, identifier)


def conclude(work: Work, about: str, identifier: str, outcome: Outcome, reason: str) -> None:
    """Write what a reviewer concluded on a prompt; until the file is concluded they may think again.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or the file has no such prompt.
        WrongMoment: the file is not under review.
        Unfit: the reason is missing, too long, or may point to a person.
    """
    found = question(work, about, identifier)
    one = store.load(work.connection, about)
    if one.stage is not Stage.IN_REVIEW:
        raise WrongMoment("This file is not under review.")
    if wrong := tuple(faults(reason)):
        raise Unfit(wrong)
    after = msgspec.structs.replace(
        found, outcome=outcome, reason=reason.strip(), by=work.actor.person, concluded=work.now
    )
    prompts.conclude(work.connection, after)
    work.record(Step.REVIEW_JUDGE, about, {"prompt": identifier, "kind": found.kind, "outcome": outcome})


def records(work: Work) -> dict[Kind, Told]:
    """Return how often each kind of prompt was raised and how often it was right, over all files but samples.

    Raises:
        NotFound: the actor reviews nothing.
    """
    if not may(work.actor, Step.REVIEW_QUEUE):
        raise NotFound("There is no such thing, or it is not yours to see.")
    library = integrity.read()
    files, found = prompts.looked_at(work.connection), prompts.conclusions(work.connection)
    told = {}
    for kind in Kind:
        conclusions = [_RIGHT[outcome] for outcome, number in found[kind].items() for _ in range(number)]
        record = integrity.record(library, kind, files[kind], conclusions)
        told[kind] = Told(record, integrity.telling(library, record))
    return told


def faults(reason: str) -> Iterable[Problem]:
    """Yield what is wrong with a reason."""
    if not reason.strip():
        yield problem("REASON_MISSING", "reason")
    if len(reason) > LONGEST:
        yield problem("REASON_TOO_LONG", "reason", longest=LONGEST)
    for trait in privacy.traits(reason):
        yield wording.problem("MAY_NAME_A_PERSON", where="reason", trait=trait.label)


def _other(work: Work, identifier: str) -> Other:
    one = store.load(work.connection, identifier)
    if not may(work.actor, Step.REVIEW_QUEUE, subject_of(one)):
        return Other(identifier, "")
    firm = organisations.load(work.connection, one.organisation)
    site = organisations.load_site(work.connection, one.site)
    return Other(identifier, f"{site.name}, {firm.name}")
