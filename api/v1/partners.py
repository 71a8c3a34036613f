"""Partners of a firm: what they were asked and what they share, and how each was screened."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.auth import needs
from api.v1.contract import Identifier, Name, etag, guarded, hold, marked, once, repeatable, shown, taken, takes
from api.visit import Visit
from duediligence.access import Step
from duediligence.chain.request import Channel, Seen, Standing
from duediligence.chain.screening import Imposed, Mark, Proposal, Risk
from duediligence.chain.screening_file import ScreeningFile
from duediligence.chain.screening_steps import Outcome, StepState
from duediligence.errors import NotFound
from duediligence.workflow import asking, partner_screening
from duediligence.workflow.asking import Asked, Wanted
from duediligence.workflow.work import Work

Words = Annotated[str, msgspec.Meta(max_length=2000)]


class PartnerAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a party is asked: for what, and how it reaches it."""

    channel: Channel
    form: Annotated[str, msgspec.Meta(max_length=60)] = "partner"
    language: Annotated[str, msgspec.Meta(max_length=2)] = "tk"
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""  # where the channel is mail


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request, and how it stands."""

    id: str
    party: str
    channel: Channel
    form: str
    form_version: str
    language: str
    email: str | None
    created: datetime
    expires: datetime
    opened: datetime | None
    answered: datetime | None
    withdrawn: datetime | None
    standing: Standing


class Requested(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a party was asked, the newest first, and what it shares; null where that is nothing."""

    requests: tuple[Request, ...]
    shared: Seen | None


class Made(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new request with its link, which is shown this once; "" where it went by mail."""

    request: Request
    link: str


class ScreeningBegun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How soon a party is to be looked at again."""

    risk: Risk


class StepMarked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a step has come."""

    state: StepState
    proof: Words = ""
    reason: Words = ""
    calls_for: tuple[str, ...] = ()  # ids of conditions


class DecisionProposed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is proposed, and why."""

    outcome: Outcome
    reason: Words
    conditions: tuple[Imposed, ...] = ()
    until: date | None = None
    why_told: Words = ""
    path: Words = ""


class DecisionAnswered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a second person says of a proposal."""

    agrees: bool
    reason: Words


@get("/chain/parties/{identifier:str}/requests", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def requests(visit: NamedDependency[Visit], identifier: Identifier) -> Requested:
    """Return what a party was asked, and what of its answers it lets the firm see."""
    with visit.reading() as work:
        found = asking.asking(work, identifier)
    return Requested(requests=tuple(map(_request, found.requests)), shared=found.seen)


# Not repeatable: the link is shown once, and what is answered to a repeated request would be kept.
@post(
    "/chain/parties/{identifier:str}/requests",
    opt=needs(Step.PARTNER_ASK) | takes(PartnerAsked),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def ask(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Made:
    """Ask a party to answer; its link is shown this once."""
    asks = taken(visit, body, PartnerAsked)
    wanted = Wanted(party=identifier, **msgspec.structs.asdict(asks))
    with visit.writing() as work:
        issued = asking.invite(work, visit.installation.key, wanted)
    link = "" if asks.channel is Channel.MAIL else visit.installation.settings.address + issued.link
    return Made(request=_request(Asked(issued.request, Standing.WAITING)), link=link)


@post(
    "/chain/requests/{request_id:str}/withdrawal",
    opt=needs(Step.PARTNER_ASK),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def withdraw(visit: NamedDependency[Visit], request_id: Identifier) -> Request:
    """Take a request back that was not answered."""
    with visit.writing() as work:
        return _request(Asked(asking.withdraw(work, request_id), Standing.WITHDRAWN))


@get("/chain/parties/{identifier:str}/screening", opt=needs(Step.CHAIN_SEE) | marked(), sync_to_thread=True)
def newest_screening(visit: NamedDependency[Visit], identifier: Identifier) -> Response[ScreeningFile]:
    """Return the newest screening of a party."""
    with visit.reading() as work:
        found = partner_screening.screened(work, identifier).current
    if found is None:
        raise NotFound("This partner was not screened yet.")
    return shown(visit, found, found.revision)


@post(
    "/chain/parties/{identifier:str}/screening",
    opt=needs(Step.SCREENING_WORK) | takes(ScreeningBegun) | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def begin(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[ScreeningFile]:
    """Begin a screening of a party."""
    wanted = taken(visit, body, ScreeningBegun)

    def make(work: Work) -> Response[ScreeningFile]:
        one = partner_screening.begin(work, identifier, wanted.risk)
        return Response(one, status_code=HTTPStatus.CREATED, headers={"ETag": etag(one.revision)})

    return once(visit, wanted, make)


@put(
    "/chain/screenings/{screening:str}/steps/{step:str}",
    opt=needs(Step.SCREENING_WORK) | takes(StepMarked) | guarded(),
    sync_to_thread=True,
)
def mark(visit: NamedDependency[Visit], screening: Identifier, step: Name, body: RawBody) -> Response[ScreeningFile]:
    """Mark how far a step of a screening has come."""
    wanted = taken(visit, body, StepMarked)
    with visit.writing() as work:
        before = _seen(visit, work, screening, Step.SCREENING_WORK)
        made = Mark(step=step, by="", on=work.day, **msgspec.structs.asdict(wanted))
        return _marked(partner_screening.mark(work, screening, before.revision, made))


@post(
    "/chain/screenings/{screening:str}/proposal",
    opt=needs(Step.SCREENING_WORK) | takes(DecisionProposed) | guarded(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def propose(visit: NamedDependency[Visit], screening: Identifier, body: RawBody) -> Response[ScreeningFile]:
    """Propose a decision, for which a second person is awaited."""
    wanted = taken(visit, body, DecisionProposed)
    with visit.writing() as work:
        before = _seen(visit, work, screening, Step.SCREENING_WORK)
        proposal = Proposal(by="", on=work.day, **msgspec.structs.asdict(wanted))
        return _marked(partner_screening.propose(work, screening, before.revision, proposal))


@post(
    "/chain/screenings/{screening:str}/confirmation",
    opt=needs(Step.SCREENING_CONFIRM) | takes(DecisionAnswered) | guarded(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def confirm(visit: NamedDependency[Visit], screening: Identifier, body: RawBody) -> Response[ScreeningFile]:
    """Agree to what somebody else has proposed, so that it is decided, or disagree."""
    wanted = taken(visit, body, DecisionAnswered)
    with visit.writing() as work:
        before = _seen(visit, work, screening, Step.SCREENING_CONFIRM)
        after = partner_screening.confirm(work, screening, before.revision, agrees=wanted.agrees, reason=wanted.reason)
        return _marked(after)


def _request(asked: Asked) -> Request:
    """Return a request without the key of the side that answers: two buyers must not find that they share it."""
    one = asked.request
    own = {name: getattr(one, name) for name in Request.__struct_fields__ if name != "standing"}
    return Request(standing=asked.standing, **own)


def _seen(visit: Visit, work: Work, identifier: str, step: Step) -> ScreeningFile:
    """Return a screening on which the visitor may take a step, as the visitor saw it."""
    one = partner_screening.loaded(work, identifier, step)
    hold(visit, one.revision)
    return one


def _marked(one: ScreeningFile) -> Response[ScreeningFile]:
    return Response(one, headers={"ETag": etag(one.revision)})


ROUTES = (requests, ask, withdraw, newest_screening, begin, mark, propose, confirm)
