"""The chain of suppliers: the register of a firm, who supplies whom, and what reaches the firm through it."""

from http import HTTPStatus

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.auth import needs
from api.security import costly
from api.v1.contract import (
    After,
    Identifier,
    Limit,
    Name,
    Named,
    Page,
    Word,
    etag,
    guarded,
    hold,
    marked,
    once,
    repeatable,
    shown,
    taken,
    takes,
)
from api.visit import Visit
from duediligence.access import Step
from duediligence.chain import register as registers
from duediligence.chain.exposure import Detail, Reached
from duediligence.chain.party import About, Basis, Party, SupplyLink, Terms
from duediligence.chain.register import Age, Next
from duediligence.chain.season import Busy, Due, Month
from duediligence.errors import NotFound
from duediligence.store import supply
from duediligence.store.party import Merge, Sought
from duediligence.store.party_import import Batch
from duediligence.workflow import chain, chain_import, chain_merging, looking_through
from duediligence.workflow.work import Work


class Around(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party with the links from it and to it."""

    party: Party
    links: tuple[SupplyLink, ...]


class Supplying(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who supplies whom with what; a `buyer` of null is the firm itself."""

    supplier: Named
    buyer: Named | None = None
    terms: Terms


class Merging(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The entry that becomes a part of another one."""

    gone: Named


class Covered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of what the firm takes in is known, in percent."""

    named: float
    answered: float
    screened: float
    untold: int  # direct suppliers whose share is not told
    own: float  # of people, those on the firm's own staff as it tells it; spend has no own part


class Stands(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where one party stands, and what is to be done next with it."""

    party: str
    name: str
    tier: int | None
    basis: Basis
    age: Age  # of its answers
    grave: tuple[str, ...]  # indicators of which it reported a moderate or strong sign, or labour imposed by the state
    next: Next


class Whole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A register on one day, with what is known of it in all."""

    spend: Covered
    labour: Covered
    turkmen_cotton: tuple[str, ...]  # parties that handle cotton of Turkmenistan
    cotton_of_unknown_origin: tuple[str, ...]
    circles: tuple[tuple[str, ...], ...]  # parties that supply each other in a circle
    parties: tuple[Stands, ...]


class Year(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The year of a chain."""

    months: tuple[Month, ...]
    busy: tuple[Busy, ...]
    due: tuple[Due, ...]


class Exposed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What reaches a firm through its chain, by indicator; where to look, and no finding about the firm."""

    indicators: tuple[Reached, ...]
    headings: tuple[str, ...]  # of the Harmonized System, of all goods in the register


@get("/chain/{identifier:str}", opt=needs(Step.CHAIN_SEE) | costly(), sync_to_thread=True)
def whole(visit: NamedDependency[Visit], identifier: Identifier) -> Whole:
    """Return how much of a firm's chain is known, and what is to be done next with each party."""
    with visit.reading() as work:
        found = looking_through.overview(work, identifier)
        circles = chain.chain(work, identifier).circles
        today = work.day
    register = found.register
    return Whole(
        spend=Covered(**found.portfolio.spend._asdict()),
        labour=Covered(**found.portfolio.labour._asdict()),
        turkmen_cotton=found.portfolio.cotton.turkmen,
        cotton_of_unknown_origin=found.portfolio.cotton.unknown,
        circles=tuple(tuple(sorted(one)) for one in circles),
        parties=tuple(
            Stands(
                party=party,
                name=about.name,
                tier=found.tiers[party].number,
                basis=found.tiers[party].basis,
                age=registers.age(register.seen.get(party), today),
                grave=tuple(one.indicator for one in registers.grave(registers.told_of(register, party))),
                next=found.next[party],
            )
            for party, about in register.parties.items()
        ),
    )


@get("/chain/{identifier:str}/parties", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def parties(
    visit: NamedDependency[Visit], identifier: Identifier, words: Word = "", limit: Limit = 25, cursor: After = ""
) -> Page[Party]:
    """Return the parties of a firm's register by name; `words` of a name in any spelling, or a number."""
    with visit.reading() as work:
        found = chain.register(work, identifier, Sought(words=words), limit=limit + 1, after=cursor)
    return Page(items=found[:limit], next=found[limit - 1].id if len(found) > limit else "")


@post(
    "/chain/{identifier:str}/parties",
    opt=needs(Step.CHAIN_EDIT) | takes(About) | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def add(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Party]:
    """Enter a party."""
    wanted = taken(visit, body, About)

    def make(work: Work) -> Response[Party]:
        one = chain.add(work, identifier, wanted)
        headers = {"ETag": etag(one.revision), "Location": f"/api/v1/chain/parties/{one.id}"}
        return Response(one, status_code=HTTPStatus.CREATED, headers=headers)

    return once(visit, wanted, make)


@get("/chain/{identifier:str}/exposure", opt=needs(Step.CHAIN_SEE) | costly(), sync_to_thread=True)
def exposure(visit: NamedDependency[Visit], identifier: Identifier, good: Word = "") -> Exposed:
    """Return what reaches a firm; with `good`, only along what carries that heading, or may carry it."""
    with visit.reading() as work:
        _, look, headings = looking_through.look(work, identifier, good)
    return Exposed(indicators=look.all(), headings=headings)


@get("/chain/{identifier:str}/exposure/{indicator:str}", opt=needs(Step.CHAIN_SEE) | costly(), sync_to_thread=True)
def exposure_to(visit: NamedDependency[Visit], identifier: Identifier, indicator: Name, good: Word = "") -> Detail:
    """Return what the exposure to one indicator is made of: paths, goods, and what asking would bring."""
    with visit.reading() as work:
        _, look, _ = looking_through.look(work, identifier, good)
    if indicator not in {one.id for one in look.model.indicators}:
        raise NotFound("There is no such indicator.")
    return look.detail(indicator)


@get("/chain/{identifier:str}/season", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def season(visit: NamedDependency[Visit], identifier: Identifier) -> Year:
    """Return who is busy when, and which days come up."""
    with visit.reading() as work:
        found, _ = looking_through.year(work, identifier)
    return Year(months=found.months, busy=found.busy, due=found.due)


@get("/chain/{identifier:str}/imports", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def imports(
    visit: NamedDependency[Visit], identifier: Identifier, limit: Limit = 25, cursor: After = ""
) -> Page[Batch]:
    """Return the lists that were taken into a register, the newest first."""
    with visit.reading() as work:
        found = chain_import.taken(work, identifier, limit=limit + 1, after=cursor)
    return Page(items=found[:limit], next=found[limit - 1].id if len(found) > limit else "")


@delete(
    "/chain/imports/{identifier:str}",
    opt=needs(Step.CHAIN_IMPORT),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def undo(visit: NamedDependency[Visit], identifier: Identifier) -> None:
    """Take back exactly what a list brought, unless later work stands on it."""
    with visit.writing() as work:
        chain_import.undo(work, identifier)


@get("/chain/parties/{identifier:str}", opt=needs(Step.CHAIN_SEE) | marked(), sync_to_thread=True)
def party(visit: NamedDependency[Visit], identifier: Identifier) -> Response[Around]:
    """Return a party with its links."""
    with visit.reading() as work:
        found = chain.entry(work, identifier)
    return shown(visit, Around(party=found.party, links=found.links), found.party.revision)


@put("/chain/parties/{identifier:str}", opt=needs(Step.CHAIN_EDIT) | takes(About) | guarded(), sync_to_thread=True)
def change(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Party]:
    """Say all that is said of a party from now on."""
    wanted = taken(visit, body, About)
    with visit.writing() as work:
        before = chain.party_of(work, identifier, Step.CHAIN_EDIT)
        hold(visit, before.revision)
        after = chain.change(work, identifier, wanted, before.revision)
    return Response(after, headers={"ETag": etag(after.revision)})


@delete(
    "/chain/parties/{identifier:str}",
    opt=needs(Step.CHAIN_EDIT) | guarded(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def retire(visit: NamedDependency[Visit], identifier: Identifier) -> Response[Party]:
    """Take a party out of use; its links end, and all else stays."""
    with visit.writing() as work:
        before = chain.party_of(work, identifier, Step.CHAIN_EDIT)
        hold(visit, before.revision)
        after = chain.retire(work, identifier, before.revision)
    return Response(after, headers={"ETag": etag(after.revision)})


@post(
    "/chain/parties/{identifier:str}/merges",
    opt=needs(Step.CHAIN_EDIT) | takes(Merging) | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def merge(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Merge]:
    """Make two entries one; that of the address stays."""
    wanted = taken(visit, body, Merging)

    def make(work: Work) -> Response[Merge]:
        return Response(chain_merging.merge(work, identifier, wanted.gone), status_code=HTTPStatus.CREATED)

    return once(visit, wanted, make)


@delete(
    "/chain/merges/{identifier:str}",
    opt=needs(Step.CHAIN_EDIT),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def split(visit: NamedDependency[Visit], identifier: Identifier) -> None:
    """Have two merged entries back as they were."""
    with visit.writing() as work:
        chain_merging.split(work, identifier)


@post(
    "/chain/links",
    opt=needs(Step.CHAIN_EDIT) | takes(Supplying) | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def link(visit: NamedDependency[Visit], body: RawBody) -> Response[SupplyLink]:
    """Enter that one party supplies another one, or the firm."""
    wanted = taken(visit, body, Supplying)

    def make(work: Work) -> Response[SupplyLink]:
        one = chain.link(work, wanted.supplier, wanted.buyer, wanted.terms)
        return Response(one, status_code=HTTPStatus.CREATED, headers={"ETag": etag(one.revision)})

    return once(visit, wanted, make)


@put("/chain/links/{identifier:str}", opt=needs(Step.CHAIN_EDIT) | takes(Terms) | guarded(), sync_to_thread=True)
def change_link(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[SupplyLink]:
    """Say anew what a link carries."""
    wanted = taken(visit, body, Terms)
    with visit.writing() as work:
        before = _seen(visit, work, identifier)
        after = chain.change_link(work, identifier, wanted, before.revision)
    return Response(after, headers={"ETag": etag(after.revision)})


@delete(
    "/chain/links/{identifier:str}",
    opt=needs(Step.CHAIN_EDIT) | guarded(),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def end_link(visit: NamedDependency[Visit], identifier: Identifier) -> None:
    """End a link; it stays in the history."""
    with visit.writing() as work:
        chain.end_link(work, identifier, _seen(visit, work, identifier).revision)


def _seen(visit: Visit, work: Work, identifier: str) -> SupplyLink:
    """Return a link that the visitor may change, as the visitor saw it."""
    one = supply.load(work.connection, identifier)
    chain.party_of(work, one.supplier, Step.CHAIN_EDIT)
    hold(visit, one.revision)
    return one


ROUTES = (
    whole,
    parties,
    add,
    exposure,
    exposure_to,
    season,
    imports,
    undo,
    party,
    change,
    retire,
    merge,
    split,
    link,
    change_link,
    end_link,
)
