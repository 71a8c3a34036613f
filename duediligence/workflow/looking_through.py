"""A firm looks through its chain: who is in it, how much is known, what reaches the firm, what comes up.

Nothing is written here. What is known of a party is what that party lets this firm
see today; the store cuts it down to that before it is read.
"""

from datetime import date
from typing import NamedTuple

from duediligence.access import Step, Subject, may
from duediligence.chain.exposure import Look, headings
from duediligence.chain.own_place import OwnPlace
from duediligence.chain.party import Tier
from duediligence.chain.register import Next, Portfolio, Register, nexts, portfolio, tiers
from duediligence.chain.season import Season, season
from duediligence.errors import NotFound
from duediligence.organisation import Organisation
from duediligence.store import chain_glance, own_share, partner_shown
from duediligence.store import organisation as organisations
from duediligence.workflow import own_part
from duediligence.workflow.work import Work


class Overview(NamedTuple):
    """A register with what follows from it on one day."""

    register: Register
    tiers: dict[str, Tier]
    next: dict[str, Next]
    portfolio: Portfolio


def firms(work: Work, step: Step = Step.CHAIN_SEE) -> tuple[Organisation, ...]:
    """Return the firms in whose registers the actor may take a step, by name."""
    own = dict.fromkeys(member.organisation for member in work.actor.memberships)
    allowed = [one for one in own if may(work.actor, step, Subject(organisation=one))]
    return organisations.load_many(work.connection, allowed)


def firm(work: Work, wanted: str, step: Step = Step.CHAIN_SEE) -> Organisation:
    """Return the firm whose register is meant: the one that is wanted, else the first of the actor's.

    Raises:
        NotFound: the actor has no business with it, or with any.
    """
    found = firms(work, step)
    for one in found:
        if one.id == wanted or not wanted:
            return one
    raise NotFound("There is no such register, or it is not yours to see.")


def register(work: Work, organisation: str) -> Register:
    """Return a whole register with what is known of each party today.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_SEE, Subject(organisation=organisation))
    return whole(work, organisation)


def whole(work: Work, organisation: str) -> Register:
    """Return a register as `register` does, whoever asks; for steps of the workflow that count and show no partner."""
    parties = chain_glance.parties(work.connection, organisation)
    flows = chain_glance.flows(work.connection, organisation)
    seen = partner_shown.shown_to(work.connection, organisation, work.day)
    return Register(
        parties=parties,
        flows=tuple(one for one in flows if one.supplier in parties and (one.buyer is None or one.buyer in parties)),
        seen={party: one for party, one in seen.items() if party in parties},
        asked=chain_glance.requests(work.connection, organisation),
        screened=chain_glance.screenings(work.connection, organisation),
        own=OwnPlace(share=own_share.load(work.connection, organisation)[0]),
    )


def overview(work: Work, organisation: str) -> Overview:
    """Return a register with its tiers, its portfolio and what is to be done next.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    found = register(work, organisation)
    due = nexts(found, work.day, work.now)
    return Overview(found, tiers(found), due, portfolio(found, due, work.day))


def look(work: Work, organisation: str, good: str = "") -> tuple[Register, Look, tuple[str, ...]]:
    """Return a register, it made ready to be looked through, and the headings of all its goods.

    Args:
        work: who looks.
        organisation: whose register it is.
        good: beginning of a code of the Harmonized System; "" for all goods.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or nothing in the register carries that good.
    """
    found = register(work, organisation)._replace(own=own_part.own_place(work, organisation))
    known = headings(found)
    if good and good not in known:
        raise NotFound("No partner supplies these goods.")
    return found, Look(found, work.day, (good,) if good else ()), known


def year(work: Work, organisation: str) -> tuple[Season, date]:
    """Return the year of a chain, and the day on which it is looked at.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    return season(register(work, organisation)), work.day
