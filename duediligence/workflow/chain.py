"""A firm looks after its register of suppliers: who is in it, who supplies whom, and which entries are one.

Nothing that a decision stands on is deleted. A party goes out of use and can come back;
what was said of it before stays with every change; two entries that turn out to be one
are merged, and a merge can be taken back as long as nothing was built on it.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from duediligence.access import Step, Subject
from duediligence.chain import matching
from duediligence.chain.matching import Candidate, Decision
from duediligence.chain.party import (
    About,
    Party,
    SupplyLink,
    Terms,
    Tier,
    circles,
    faults,
    faults_of_terms,
    tidied,
    tidied_terms,
    tiers,
)
from duediligence.chain.words import unfit
from duediligence.database import new_id
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.job import Progress, unwatched, watched
from duediligence.store import party as store
from duediligence.store import supply
from duediligence.store.party import Merge, PartyChange, Remembered, Sought
from duediligence.workflow.work import Work
from questionnaires.problem import Problem

_EVERYBODY = Sought()


class Chain(NamedTuple):
    """A whole register as a graph."""

    parties: dict[str, Party]  # in use, by id
    links: tuple[SupplyLink, ...]
    tiers: dict[str, Tier]
    circles: tuple[frozenset[str], ...]  # parties that supply each other in a circle


class Entry(NamedTuple):
    """One party with what is around it."""

    party: Party
    links: tuple[SupplyLink, ...]  # from it and to it
    changes: tuple[PartyChange, ...]
    merges: tuple[Merge, ...]


class Double(NamedTuple):
    """Two entries that may be one."""

    party: Party
    candidate: Candidate


def register(
    work: Work, organisation: str, sought: Sought = _EVERYBODY, *, limit: int = 50, after: str = ""
) -> tuple[Party, ...]:
    """Return the parties of a register by name; `after` is the id of the last one already shown.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_SEE, Subject(organisation=organisation))
    return store.listed(work.connection, organisation, sought, limit=limit, after=after)


def chain(work: Work, organisation: str) -> Chain:
    """Return the whole register as a graph.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_SEE, Subject(organisation=organisation))
    parties = {one.id: one for one in store.every(work.connection, organisation)}
    links = tuple(one for one in supply.of_organisation(work.connection, organisation) if one.supplier in parties)
    return Chain(parties, links, tiers(parties.values(), links), circles(links))


def entry(work: Work, identifier: str) -> Entry:
    """Return one party with its links, its history and its merges.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is none of this id.
    """
    one = party_of(work, identifier, Step.CHAIN_SEE)
    return Entry(
        party=one,
        links=supply.of_parties(work.connection, (identifier,)),
        changes=store.changes(work.connection, identifier),
        merges=store.merges(work.connection, identifier),
    )


def party_of(work: Work, identifier: str, step: Step) -> Party:
    """Return a party on which the actor may take a step.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is none of this id.
    """
    one = store.load(work.connection, identifier)
    work.allow(step, Subject(organisation=one.organisation))
    return one


def add(work: Work, organisation: str, about: About) -> Party:
    """Return a new party of a register.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: something in it will not do.
    """
    work.allow(Step.CHAIN_EDIT, Subject(organisation=organisation))
    one = new_party(work, organisation, fitting(about))
    store.add(work.connection, (one,))
    work.record(Step.CHAIN_EDIT, one.id, {"done": "add"})
    return one


def change(work: Work, identifier: str, about: About, revision: int) -> Party:
    """Return a party after something else was said of it.

    Args:
        work: who says it.
        identifier: of the party.
        about: all that is said of it from now on.
        revision: the one that the actor saw.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: somebody has changed it since, or it was merged into another one.
        Unfit: something in it will not do.
    """
    before = _seen(party_of(work, identifier, Step.CHAIN_EDIT), revision)
    if before.retired:
        raise unfit("PARTY_RETIRED", "party")
    after = keep(work, before, "change", about=fitting(about))
    work.record(Step.CHAIN_EDIT, identifier, {"done": "change", "revision": after.revision})
    return after


def retire(work: Work, identifier: str, revision: int) -> Party:
    """Return a party that is out of use from now on; its links end with it, and all else stays.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `change`.
    """
    before = _seen(party_of(work, identifier, Step.CHAIN_EDIT), revision)
    if before.retired:
        return before
    for one in supply.of_parties(work.connection, (identifier,)):
        moved(work, one, ended=work.now)
    after = keep(work, before, "retire", retired=work.now)
    work.record(Step.CHAIN_EDIT, identifier, {"done": "retire"})
    return after


def restore(work: Work, identifier: str, revision: int) -> Party:
    """Return a party that is in use again; its links are made anew by whoever knows them.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `change`; a party that was merged comes back by splitting.
    """
    before = _seen(party_of(work, identifier, Step.CHAIN_EDIT), revision)
    if before.merged_into:
        raise WrongMoment("This entry was merged into another one. Split the two to have it back.")
    after = keep(work, before, "restore", retired=None)
    work.record(Step.CHAIN_EDIT, identifier, {"done": "restore"})
    return after


def link(work: Work, supplier: str, buyer: str | None, terms: Terms) -> SupplyLink:
    """Return a new link: `supplier` supplies `buyer`, or the firm itself where that is None.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or the two stand in different registers.
        Unfit: it links a party to itself, is there already, or what it carries will not do.
    """
    one = party_of(work, supplier, Step.CHAIN_EDIT)
    ends = [one] if buyer is None else [one, party_of(work, buyer, Step.CHAIN_EDIT)]
    if any(each.organisation != one.organisation for each in ends):
        raise NotFound("There is no such partner.")
    if supplier == buyer:
        raise unfit("LINK_TO_ITSELF", "buyer")
    if any(each.retired for each in ends):
        raise unfit("PARTY_RETIRED", "buyer" if not one.retired else "supplier")
    terms = tidied_terms(terms)
    _refuse(faults_of_terms(terms))
    known = supply.of_parties(work.connection, (supplier,))
    if any((each.supplier, each.buyer) == (supplier, buyer) for each in known):
        raise unfit("LINK_TWICE", "buyer")
    found = new_link(work, one.organisation, (supplier, buyer), terms)
    supply.add(work.connection, (found,))
    work.record(Step.CHAIN_EDIT, supplier, {"done": "link", "link": found.id, "buyer": buyer or ""})
    return found


def change_link(work: Work, identifier: str, terms: Terms, revision: int) -> SupplyLink:
    """Return a link after what it carries was said anew.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is none of this id.
        WrongMoment: somebody has changed it since, or it has ended.
        Unfit: what it carries will not do.
    """
    before = _link(work, identifier, revision)
    terms = tidied_terms(terms)
    _refuse(faults_of_terms(terms))
    after = moved(work, before, terms=terms)
    work.record(Step.CHAIN_EDIT, before.supplier, {"done": "change_link", "link": identifier})
    return after


def end_link(work: Work, identifier: str, revision: int) -> SupplyLink:
    """Return a link that is over from now on.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `change_link`.
    """
    before = _link(work, identifier, revision)
    after = moved(work, before, ended=work.now)
    work.record(Step.CHAIN_EDIT, before.supplier, {"done": "end_link", "link": identifier})
    return after


def doubles(work: Work, organisation: str, progress: Progress = unwatched) -> tuple[Double, ...]:
    """Return entries that may be one and of which nobody has decided yet, the likeliest first.

    What was put off is asked here again.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_SEE, Subject(organisation=organisation))
    parties = {one.id: one for one in store.every(work.connection, organisation)}
    apart: dict[str, set[str]] = {identifier: {identifier} for identifier in parties}
    for one in store.remembered(work.connection, organisation):
        if one.decision is Decision.DIFFERENT:
            apart.setdefault(one.mark, set()).add(one.party)
            apart.setdefault(one.party, set()).add(one.mark)
    index = matching.indexed({identifier: one.about for identifier, one in parties.items()})
    found = (
        Double(one, candidate)
        for identifier, one in watched(parties.items(), len(parties), progress)
        for candidate in matching.candidates(index, one.about, but=apart[identifier])
        if identifier < candidate.party
    )
    return tuple(sorted(found, key=lambda one: (-one.candidate.score, one.party.id)))


def decide(work: Work, pair: tuple[str, str], decision: Decision) -> None:
    """Note that two entries are different, or that it will be looked into later; two that are one are merged.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or the two stand in different registers.
        Unfit: both are one entry.
    """
    first, second = pair_of(work, pair)
    store.remember(work.connection, [said(work, first.organisation, ordered(*pair), decision)])
    work.record(Step.CHAIN_EDIT, first.id, {"done": "decide", "other": second.id, "decision": decision})


def ordered(first: str, second: str) -> tuple[str, str]:
    """Return the ids of two parties in the order in which a decision on them is kept."""
    return (first, second) if first < second else (second, first)


def said(work: Work, organisation: str, pair: tuple[str, str], decision: Decision) -> Remembered:
    """Return a decision on two entries, or on the mark of a line and an entry, ready to be remembered."""
    mark, party = pair
    return Remembered(
        organisation=organisation, mark=mark, party=party, decision=decision, by=work.actor.person, at=work.now
    )


def new_party(work: Work, organisation: str, about: About, batch: str | None = None) -> Party:
    """Return a party as the actor enters it now; nothing is written."""
    return Party(
        id=new_id(),
        organisation=organisation,
        about=about,
        revision=1,
        created_by=work.actor.person,
        created=work.now,
        changed=work.now,
        batch=batch,
    )


def new_link(
    work: Work, organisation: str, ends: tuple[str, str | None], terms: Terms, batch: str | None = None
) -> SupplyLink:
    """Return a link as the actor enters it now; nothing is written."""
    supplier, buyer = ends
    return SupplyLink(
        id=new_id(),
        organisation=organisation,
        supplier=supplier,
        buyer=buyer,
        terms=terms,
        revision=1,
        created_by=work.actor.person,
        created=work.now,
        changed=work.now,
        batch=batch,
    )


def keep(work: Work, before: Party, kind: str, *, batch: str | None = None, **changes: object) -> Party:
    """Return the next revision of a party, written with what was said of it before.

    Raises:
        WrongMoment: somebody has changed it since `before` was read.
    """
    after = msgspec.structs.replace(before, revision=before.revision + 1, changed=work.now, **changes)
    how = PartyChange(
        revision=after.revision, kind=kind, before=before.about, batch=batch, by=work.actor.person, at=work.now
    )
    store.save(work.connection, before, after, how)
    return after


def fitting(about: About) -> About:
    """Return what is said of a party in its one form.

    Raises:
        Unfit: something in it will not do.
    """
    about = tidied(about)
    _refuse(faults(about))
    return about


def pair_of(work: Work, pair: tuple[str, str]) -> tuple[Party, Party]:
    """Return two different parties of one register that the actor may change.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or the two stand in different registers.
        Unfit: both are one entry.
    """
    first, second = (party_of(work, identifier, Step.CHAIN_EDIT) for identifier in pair)
    if first.organisation != second.organisation:
        raise NotFound("There is no such partner.")
    if first.id == second.id:
        raise unfit("MERGE_WITH_ITSELF", "other")
    return first, second


def moved(work: Work, before: SupplyLink, **changes: object) -> SupplyLink:
    """Return the next revision of a link, written.

    Raises:
        WrongMoment: somebody has changed it since `before` was read.
    """
    after = msgspec.structs.replace(before, revision=before.revision + 1, changed=work.now, **changes)
    supply.save(work.connection, before, after)
    return after


def _link(work: Work, identifier: str, revision: int) -> SupplyLink:
    """Return a link that goes on, as the actor saw it."""
    one = supply.load(work.connection, identifier)
    work.allow(Step.CHAIN_EDIT, Subject(organisation=one.organisation))
    if one.revision != revision or one.ended:
        raise WrongMoment("Somebody has changed this link since you opened it. Look at it again.")
    return one


def _seen(one: Party, revision: int) -> Party:
    """Return a party that is as the actor saw it."""
    if one.revision != revision:
        raise WrongMoment("Somebody has changed this partner since you opened it. Look at it again.")
    return one


def _refuse(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise Unfit(found)
