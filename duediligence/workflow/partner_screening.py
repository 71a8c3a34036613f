"""A buyer screens a partner: fifteen steps, a price tested, and a decision by two people.

One person proposes; somebody else, who leads the firm, confirms or disagrees. What is
decided is whether to do business, never how people are treated at the partner.
"""

from datetime import date
from typing import NamedTuple

import msgspec

from duediligence.access import Step, Subject
from duediligence.chain import screening as rules
from duediligence.chain import screening_file as kept
from duediligence.chain.party import Party
from duediligence.chain.request import Seen
from duediligence.chain.screening import Happened, Mark, Proposal, Risk, Screening, Second
from duediligence.chain.screening_file import Content, Noted, ScreeningFile, Stage, Tested
from duediligence.chain.screening_steps import Trigger
from duediligence.chain.words import unfit
from duediligence.database import new_id
from duediligence.errors import Unfit, WrongMoment
from duediligence.store import partner_shown
from duediligence.store import screening_file as store
from duediligence.store.screening_file import Due
from duediligence.workflow import chain
from duediligence.workflow.work import Work
from risk_models import parameter
from risk_models.labour_cost import Bid, labour_cost


class Screened(NamedTuple):
    """A party with its screenings, the newest first, and what it lets the buyer see."""

    party: Party
    files: tuple[ScreeningFile, ...]
    seen: Seen | None

    @property
    def current(self) -> ScreeningFile | None:
        """The newest screening."""
        return self.files[0] if self.files else None


def screened(work: Work, identifier: str) -> Screened:
    """Return a party with all that came of looking at it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = chain.party_of(work, identifier, Step.CHAIN_SEE)
    seen = partner_shown.shown_to(work.connection, one.organisation, work.day, identifier)
    return Screened(one, store.of_party(work.connection, identifier), seen.get(identifier))


def due(work: Work, organisation: str) -> tuple[Due, ...]:
    """Return the partners of a firm that are to be looked at again, by their day.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_SEE, Subject(organisation=organisation))
    return store.due(work.connection, organisation)


def begin(work: Work, identifier: str, risk: Risk) -> ScreeningFile:
    """Return a new screening of a party; the day of the one before is over with it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: the party is out of use, or a screening of it is under way.
    """
    one = chain.party_of(work, identifier, Step.SCREENING_WORK)
    if one.retired:
        raise unfit("PARTY_RETIRED", "party")
    earlier = store.of_party(work.connection, identifier)
    if any(not each.content.screening.closed for each in earlier):
        raise unfit("SCREENING_OPEN_ALREADY", "risk")
    for each in earlier:
        if each.rescreen_on:
            after = msgspec.structs.replace(each, rescreen_on=None, revision=each.revision + 1, changed=work.now)
            store.save(work.connection, each, after)
    opened = rules.open_screening(identifier, risk, by=work.actor.person, on=work.day)
    found = ScreeningFile(
        id=new_id(),
        organisation=one.organisation,
        party=identifier,
        content=Content(screening=opened),
        revision=1,
        stage=Stage.OPEN,
        rescreen_on=None,
        created_by=work.actor.person,
        created=work.now,
        changed=work.now,
    )
    store.add(work.connection, found)
    work.record(Step.SCREENING_WORK, identifier, {"screening": found.id, "done": "begin", "risk": risk})
    return found


def mark(work: Work, identifier: str, revision: int, made: Mark) -> ScreeningFile:
    """Return a screening after one step was marked; who marks it, and when, is filled in.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: somebody has changed it since.
        Unfit: something in the mark will not do.
    """
    before = _seen(work, identifier, revision, Step.SCREENING_WORK)
    made = msgspec.structs.replace(made, by=work.actor.person, on=work.day)
    after = _kept(work, before, rules.mark(before.content.screening, made))
    facts = {"screening": identifier, "done": "mark", "step": made.step, "state": made.state}
    work.record(Step.SCREENING_WORK, before.party, facts)
    return after


def try_price(work: Work, identifier: str, revision: int, bid: Bid) -> ScreeningFile:
    """Return a screening after a price was put to the labour-cost test.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `mark`; or it is decided.
    """
    before = _seen(work, identifier, revision, Step.SCREENING_WORK)
    if before.content.screening.closed:
        raise WrongMoment("This screening is decided. Begin another one.")
    result = labour_cost(bid, parameter.read_all(), work.day)
    tested = Tested(bid=bid, result=result, by=work.actor.person, on=work.day)
    content = msgspec.structs.replace(before.content, tests=(*before.content.tests, tested))
    after = _written(work, before, content, before.rescreen_on)
    work.record(Step.SCREENING_WORK, before.party, {"screening": identifier, "done": "test", "cover": result.cover})
    return after


def propose(work: Work, identifier: str, revision: int, proposal: Proposal) -> ScreeningFile:
    """Return a screening in which a proposal waits for a second person; who proposes, and when, is filled in.

    Raises:
        NotFound, NotAllowed, WrongMoment, Unfit: as in `mark`.
    """
    before = _seen(work, identifier, revision, Step.SCREENING_WORK)
    proposal = msgspec.structs.replace(proposal, by=work.actor.person, on=work.day)
    after = _kept(work, before, rules.propose(before.content.screening, proposal))
    facts = {"screening": identifier, "done": "propose", "outcome": proposal.outcome}
    work.record(Step.SCREENING_WORK, before.party, facts)
    return after


def confirm(work: Work, identifier: str, revision: int, *, agrees: bool, reason: str) -> ScreeningFile:
    """Return a screening after a second person has agreed, so that it is decided, or has not.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; whoever confirms leads the firm.
        WrongMoment: somebody has changed it since.
        Unfit: the same person proposed it, or what was proposed does not fit any more.
    """
    before = _seen(work, identifier, revision, Step.SCREENING_CONFIRM)
    second = Second(agrees=agrees, reason=reason, by=work.actor.person, on=work.day)
    looked = _fitting(rules.confirm(before.content.screening, second))
    content = msgspec.structs.replace(before.content, screening=looked)
    rescreen = before.rescreen_on
    if agrees:
        shared = partner_shown.shown_to(work.connection, before.organisation, work.day, before.party)
        content = msgspec.structs.replace(content, carried=kept.carried(shared.get(before.party)))
        rescreen = rules.rescreen_on(looked, parameter.read_all())
    after = _written(work, before, content, rescreen)
    work.record(Step.SCREENING_CONFIRM, before.party, {"screening": identifier, "agrees": agrees})
    return after


def note(work: Work, identifier: str, revision: int, happened: Happened, words: str) -> tuple[Trigger, ...]:
    """Return what of that which has happened calls for a new screening now; it is due from today on.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `mark`.
        Unfit: the words may point to a person.
    """
    before = _seen(work, identifier, revision, Step.SCREENING_WORK)
    if wrong := tuple(rules.faults_of_words({"words": words})):
        raise Unfit(wrong)
    found = rules.triggered(before.content.screening, happened, parameter.read_all(), work.day)
    if found:
        new = (Noted(trigger=each, words=words, by=work.actor.person, on=work.day) for each in found)
        content = msgspec.structs.replace(before.content, noted=(*before.content.noted, *new))
        _written(work, before, content, work.day)
        facts = {"screening": identifier, "done": "note", "triggers": list(found)}
        work.record(Step.SCREENING_WORK, before.party, facts)
    return found


def loaded(work: Work, identifier: str, step: Step = Step.CHAIN_SEE) -> ScreeningFile:
    """Return one screening on which the actor may take a step.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(step, Subject(organisation=one.organisation))
    return one


def _seen(work: Work, identifier: str, revision: int, step: Step) -> ScreeningFile:
    """Return a screening as the actor saw it."""
    one = loaded(work, identifier, step)
    if one.revision != revision:
        raise WrongMoment("Somebody has changed this screening since you opened it. Look at it again.")
    return one


def _kept(work: Work, before: ScreeningFile, looked: rules.Looked) -> ScreeningFile:
    content = msgspec.structs.replace(before.content, screening=_fitting(looked))
    return _written(work, before, content, before.rescreen_on)


def _fitting(looked: rules.Looked) -> Screening:
    if isinstance(looked, Screening):
        return looked
    raise Unfit(looked)


def _written(work: Work, before: ScreeningFile, content: Content, rescreen_on: date | None) -> ScreeningFile:
    after = msgspec.structs.replace(
        before,
        content=content,
        revision=before.revision + 1,
        stage=kept.stage(content.screening),
        rescreen_on=rescreen_on,
        changed=work.now,
    )
    store.save(work.connection, before, after)
    return after
