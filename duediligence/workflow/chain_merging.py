"""Two entries that are one become one, and two again where that was wrong.

The entry that stays learns whatever only the other one knew, and takes over its links,
what it was asked and shares, and its screenings. The other one goes out of use and
points to it. All of it is kept as it was, so that a merge can be split as long as neither
the entry nor a link that was moved has changed since; what was asked and screened goes
back with it, as it stands then.
"""

from duediligence.access import Step
from duediligence.chain.matching import Decision
from duediligence.chain.party import Party, SupplyLink, joined
from duediligence.chain.words import problem, unfit
from duediligence.database import new_id
from duediligence.errors import Unfit, WrongMoment
from duediligence.store import partner_shown, party_belongings, supply
from duediligence.store import party as store
from duediligence.store.party import Merge
from duediligence.workflow.chain import fitting, keep, moved, ordered, pair_of, party_of, said
from duediligence.workflow.work import Work


def merge(work: Work, kept: str, gone: str) -> Merge:
    """Return the merge of two entries, of which one stays.

    Args:
        work: who found that they are one.
        kept: the entry that stays, with its name.
        gone: the one that is known only as a part of it from now on.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or the two stand in different registers.
        Unfit: both are one entry, one is out of use, or together they hold more than fits.
    """
    one, other = pair_of(work, (kept, gone))
    if one.retired or other.retired:
        raise unfit("PARTY_RETIRED", "party")
    links = supply.of_parties(work.connection, (gone,))
    after = keep(work, one, "merge", about=fitting(joined(one.about, other.about)))
    keep(work, other, "merge", retired=work.now, merged_into=kept)
    _move(work, links, one, other)
    moved_too = party_belongings.of(work.connection, gone)
    party_belongings.lead(work.connection, moved_too, kept)
    partner_shown.name_partner(work.connection, gone)
    found = Merge(
        id=new_id(),
        organisation=one.organisation,
        kept=kept,
        gone=gone,
        revision=after.revision,
        before=one.about,
        links=links,
        moved=moved_too,
        by=work.actor.person,
        at=work.now,
    )
    store.add_merge(work.connection, found)
    store.remember(work.connection, [said(work, one.organisation, ordered(kept, gone), Decision.SAME)])
    work.record(Step.CHAIN_EDIT, kept, {"done": "merge", "gone": gone, "merge": found.id})
    return found


def split(work: Work, identifier: str) -> tuple[Party, Party]:
    """Return the two entries of a merge as they were before it; they count as different from now on.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is no such merge.
        WrongMoment: it was split already.
        Unfit: something was built on it since; every such thing is named.
    """
    found = store.load_merge(work.connection, identifier)
    one = party_of(work, found.kept, Step.CHAIN_EDIT)
    other = party_of(work, found.gone, Step.CHAIN_EDIT)
    if found.split:
        raise WrongMoment("These two entries were split already.")
    now = {link.id: link for link in supply.of_parties(work.connection, (found.kept, found.gone), ended=True)}
    changed = [link for link in found.links if now[link.id].revision != link.revision + 1]
    faults = [problem("SPLIT_CHANGED", "party", name=one.about.name)] if one.revision != found.revision else []
    faults += [problem("SPLIT_LINKED", "links", name=one.about.name)] if changed else []
    if faults:
        raise Unfit(tuple(faults))
    for link in found.links:
        moved(work, now[link.id], supplier=link.supplier, buyer=link.buyer, ended=link.ended)
    back = keep(work, other, "split", retired=None, merged_into=None)
    after = keep(work, one, "split", about=found.before)
    party_belongings.lead(work.connection, found.moved, other.id)
    partner_shown.name_partner(work.connection, one.id)
    store.mark_split(work.connection, identifier, work.actor.person, work.now)
    store.remember(work.connection, [said(work, one.organisation, ordered(one.id, other.id), Decision.DIFFERENT)])
    work.record(Step.CHAIN_EDIT, one.id, {"done": "split", "gone": other.id, "merge": identifier})
    return after, back


def _move(work: Work, links: tuple[SupplyLink, ...], kept: Party, gone: Party) -> None:
    """Lead the links of one entry to the other; those that it has already, or that would lead to itself, end."""
    there = {(link.supplier, link.buyer) for link in supply.of_parties(work.connection, (kept.id,))}
    for link in links:
        ends = (
            kept.id if link.supplier == gone.id else link.supplier,
            kept.id if link.buyer == gone.id else link.buyer,
        )
        over = ends in there or ends[0] == ends[1]
        there.add(ends)
        if over:
            moved(work, link, ended=work.now)
        else:
            moved(work, link, supplier=ends[0], buyer=ends[1])
