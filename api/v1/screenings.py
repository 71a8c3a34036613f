"""What follows a screening besides its steps: a price tested, when to look again, what calls for it, the clauses."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.auth import needs
from api.v1.contract import Identifier, etag, guarded, hold, taken, takes
from api.visit import Visit
from duediligence.access import Step
from duediligence.chain import clause_sheet
from duediligence.chain import screening as rules
from duediligence.chain.clause import Clause
from duediligence.chain.screening import Happened
from duediligence.chain.screening_file import ScreeningFile
from duediligence.chain.screening_steps import Trigger
from duediligence.errors import NotFound
from duediligence.workflow import partner_screening
from questionnaires.text import LANGUAGES, Text
from risk_models.labour_cost import Bid


class LookAgain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A partner that is to be looked at again, and on which day."""

    party: str
    name: str
    screening: str
    on: date


class HappenedSince(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has come to be known of a partner since it was decided on."""

    happened: Happened
    words: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Called(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of that calls for a new screening, which is due from today on; nothing where nothing does."""

    triggers: tuple[Trigger, ...]


class Clauses(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The conditions of a decision, and the clauses that carry them; model text that a lawyer must adapt."""

    notice: Text
    conditions: tuple[Text, ...]
    clauses: tuple[Clause, ...]


@get("/chain/{identifier:str}/screenings", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def due(visit: NamedDependency[Visit], identifier: Identifier) -> tuple[LookAgain, ...]:
    """Return the partners of a firm that are to be looked at again, by their day."""
    with visit.reading() as work:
        found = partner_screening.due(work, identifier)
    return tuple(LookAgain(party=one.party, name=one.name, screening=one.file, on=one.on) for one in found)


@post(
    "/chain/screenings/{screening:str}/prices",
    opt=needs(Step.SCREENING_WORK) | takes(Bid) | guarded(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def try_price(visit: NamedDependency[Visit], screening: Identifier, body: RawBody) -> Response[ScreeningFile]:
    """Put a price to the labour-cost test; what came of it stands in the screening. It is a question, no verdict."""
    bid = taken(visit, body, Bid)
    with visit.writing() as work:
        before = partner_screening.loaded(work, screening, Step.SCREENING_WORK)
        hold(visit, before.revision)
        after = partner_screening.try_price(work, screening, before.revision, bid)
    return Response(after, headers={"ETag": etag(after.revision)})


@post(
    "/chain/screenings/{screening:str}/events",
    opt=needs(Step.SCREENING_WORK) | takes(HappenedSince) | guarded(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def note(visit: NamedDependency[Visit], screening: Identifier, body: RawBody) -> Called:
    """Note what has come to be known of a partner since it was decided on."""
    wanted = taken(visit, body, HappenedSince)
    with visit.writing() as work:
        before = partner_screening.loaded(work, screening, Step.SCREENING_WORK)
        hold(visit, before.revision)
        return Called(triggers=partner_screening.note(work, screening, before.revision, wanted.happened, wanted.words))


@get("/chain/screenings/{screening:str}/clauses", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def clauses(visit: NamedDependency[Visit], screening: Identifier) -> Clauses:
    """Return the clauses that follow from a decision to do business."""
    with visit.reading() as work:
        found = partner_screening.loaded(work, screening).content.screening
    suggestion, decision = rules.clauses(found), found.decision
    if suggestion is None or decision is None:
        raise NotFound("There is no decision to do business.")
    imposed = decision.proposal.conditions
    return Clauses(
        notice=suggestion.notice,
        conditions=tuple({one: clause_sheet.in_words(each, one) for one in LANGUAGES} for each in imposed),
        clauses=suggestion.clauses,
    )


ROUTES = (due, try_price, note, clauses)
