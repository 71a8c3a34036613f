"""A list of partners is taken into a register: looked at first, then taken whole, and taken back whole.

    looked at    what each column means, every problem by its cell, and for each party whether the
                 register may know it already; nothing is written
    taken        new parties and links, and what only the list knew of known ones, in one batch; the
                 meaning of the columns and every decision are remembered
    taken back   exactly that batch, unless later work stands on it: then all of that is named

A line that was taken before is known by its mark, whatever the file is called now. What
is the same beyond doubt counts as the same unless a person says otherwise; whatever else
may be the same comes in as an entry of its own, and the question stays open.
"""

import hashlib
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from duediligence.access import Step, Subject
from duediligence.chain import intake, mapping, matching, sheet
from duediligence.chain.intake import Draft, Intake
from duediligence.chain.mapping import Field, Headed, Meaning
from duediligence.chain.matching import Candidate, Decision, Why
from duediligence.chain.party import About, Party, PartyRole, SupplyLink, Terms, joined
from duediligence.chain.sheet import Asked, Sheet
from duediligence.chain.spelling import folded
from duediligence.chain.words import problem
from duediligence.database import new_id
from duediligence.errors import Unfit, WrongMoment
from duediligence.file_name import shown
from duediligence.job import Progress, unwatched, watched
from duediligence.store import organisation as organisations
from duediligence.store import party as store
from duediligence.store import party_import as batches
from duediligence.store import supply
from duediligence.store.party import Remembered
from duediligence.store.party_import import Batch, Row
from duediligence.workflow.chain import fitting, keep, new_link, new_party, ordered, said
from duediligence.workflow.work import Work
from questionnaires.problem import Problem

_ONE_NAME = frozenset({Why.SAME_NAME, Why.OTHER_FORM})


class LineDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody decides of one line: that it is a known party, that it is none, or to look into it later."""

    decision: Decision
    party: str = ""  # the known one


class ListReading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How somebody wants a list to be read and taken; what is left out is found out."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    columns: dict[int, Field | None] = {}
    role: PartyRole | None = None  # of every party whose line states none
    decisions: dict[str, LineDecision] = {}  # by the mark of the line


class Sent(NamedTuple):
    """A file with a list."""

    name: str
    data: bytes


class Planned(NamedTuple):
    """One party of a list and what will become of it."""

    draft: Draft
    party: str | None  # the known one that it is; None comes in anew
    candidates: tuple[Candidate, ...]  # known ones that it may be, none where that was decided before
    settled: bool  # whether it was decided before


class Preview(NamedTuple):
    """A list as it would be taken."""

    organisation: str
    name: str
    sha256: str
    sheet: Sheet
    headed: Headed
    meanings: tuple[Meaning, ...]
    problems: tuple[Problem, ...]  # why it cannot be taken like this; none where it can
    intake: Intake
    plan: tuple[Planned, ...]
    known: dict[str, Party]  # the parties that the plan names


class _Understood(NamedTuple):
    """A list with what its columns mean."""

    sheet: Sheet
    headed: Headed
    meanings: tuple[Meaning, ...]
    problems: tuple[Problem, ...]


AS_FOUND = ListReading()
"""A list is read as its cells and earlier lists suggest."""

_LATER = LineDecision(decision=Decision.LATER)


def faults(work: Work, organisation: str, sent: Sent, wanted: ListReading) -> tuple[Problem, ...]:
    """Return why a list cannot be taken like this, nothing where it can; it is not compared with the register.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: the file is refused.
    """
    work.allow(Step.CHAIN_IMPORT, Subject(organisation=organisation))
    return _understood(work, organisation, sent, wanted).problems


def preview(
    work: Work, organisation: str, sent: Sent, wanted: ListReading = AS_FOUND, progress: Progress = unwatched
) -> Preview:
    """Return a list as it would be taken; nothing is written.

    Args:
        work: who looks at it.
        organisation: whose register it would be taken into.
        sent: the list.
        wanted: how to read it.
        progress: is told how far the comparing with the register has come.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: the file is refused.
    """
    work.allow(Step.CHAIN_IMPORT, Subject(organisation=organisation))
    found, headed, meanings, wrong = _understood(work, organisation, sent, wanted)
    us = organisations.load(work.connection, organisation).name
    read = Intake((), (), ()) if wrong else intake.taken_in(headed, meanings, role=wanted.role, us=(us,))
    parties = {one.id: one for one in store.every(work.connection, organisation)}
    plan = tuple(watched(_planned(work, organisation, parties, read, wanted), len(read.drafts), progress))
    named = {one.party for one in plan if one.party} | {each.party for one in plan for each in one.candidates}
    return Preview(
        organisation=organisation,
        name=shown(sent.name),
        sha256=hashlib.sha256(sent.data).hexdigest(),
        sheet=found,
        headed=headed,
        meanings=meanings,
        problems=wrong,
        intake=read,
        plan=plan,
        known={identifier: parties[identifier] for identifier in sorted(named)},
    )


def take(work: Work, organisation: str, sent: Sent, wanted: ListReading = AS_FOUND) -> Batch:
    """Return the batch in which a list was taken into the register.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: the file is refused, or its columns cannot be read like this.
    """
    return keep_whole(work, preview(work, organisation, sent, wanted), wanted, new_id())


def keep_whole(work: Work, seen: Preview, wanted: ListReading, identifier: str) -> Batch:
    """Return the batch in which a list was written into the register, as it was looked at a moment ago.

    Args:
        work: who takes it; the register is still the one that was looked at.
        seen: the list.
        wanted: how it was read.
        identifier: of the new batch.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: its columns cannot be read like this.
    """
    organisation = seen.organisation
    work.allow(Step.CHAIN_IMPORT, Subject(organisation=organisation))
    if seen.problems:
        raise Unfit(seen.problems)
    fresh = {
        one.draft.mark: new_party(work, organisation, one.draft.about, identifier)
        for one in seen.plan
        if one.party is None
    }
    ids = {one.draft.mark: one.party or fresh[one.draft.mark].id for one in seen.plan}
    batch = _batch(work, identifier, seen, ids)
    batches.add(work.connection, batch)
    store.add(work.connection, fresh.values())
    _join(work, seen, identifier)
    supply.add(work.connection, _links(work, seen, ids, identifier))
    store.remember(work.connection, _decided(work, seen, ids, wanted, identifier))
    signature = mapping.signature(seen.headed.headings)
    batches.remember_meanings(work.connection, organisation, signature, mapping.memory(seen.meanings), work.now)
    facts = {"done": "import", "list": batch.sha256, "added": batch.added, "joined": batch.joined}
    work.record(Step.CHAIN_IMPORT, identifier, facts)
    return batch


def taken(work: Work, organisation: str, *, limit: int = 50, after: str = "") -> tuple[Batch, ...]:
    """Return the imports into a register, the newest first.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_SEE, Subject(organisation=organisation))
    return batches.listed(work.connection, organisation, limit=limit, after=after)


def batch_of(work: Work, identifier: str) -> Batch:
    """Return an import that the actor may take back.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is none of this id.
    """
    found = batches.load(work.connection, identifier)
    work.allow(Step.CHAIN_IMPORT, Subject(organisation=found.organisation))
    return found


def in_the_way(work: Work, identifier: str) -> tuple[Problem, ...]:
    """Return the later work that stands on an import; nothing where it can be taken back.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is none of this id.
    """
    batch_of(work, identifier)
    added = {one.id: one for one in store.added_by(work.connection, identifier)}
    return (*_work_on_parties(work, identifier, added), *_work_on_links(work, identifier, added))


def undo(work: Work, identifier: str) -> Batch:
    """Return an import after exactly what it brought was taken back; the meaning of its columns stays known.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is none of this id.
        WrongMoment: it was taken back already.
        Unfit: later work stands on it; all of it is named.
    """
    if batch_of(work, identifier).undone:
        raise WrongMoment("This import was taken back already.")
    if standing := in_the_way(work, identifier):
        raise Unfit(standing)
    batches.mark_undone(work.connection, identifier, work.actor.person, work.now)
    supply.remove(work.connection, identifier)
    store.forget(work.connection, identifier)
    for now, change in store.joined_by(work.connection, identifier):
        keep(work, now, "undo", about=change.before)
    store.remove(work.connection, [one.id for one in store.added_by(work.connection, identifier)])
    work.record(Step.CHAIN_IMPORT, identifier, {"done": "undo"})
    return batches.load(work.connection, identifier)


def _understood(work: Work, organisation: str, sent: Sent, wanted: ListReading) -> _Understood:
    """Return what the columns of a list mean, and why that will not do."""
    found = sheet.read(sent.data, sent.name, Asked(wanted.sheet, wanted.encoding, wanted.delimiter))
    if not isinstance(found, Sheet):
        raise Unfit(found)
    headed = mapping.headed(found)
    before = batches.meanings(work.connection, organisation, mapping.signature(headed.headings))
    meanings = mapping.chosen(mapping.proposed(headed, before), wanted.columns)
    return _Understood(found, headed, meanings, mapping.faults(meanings, wanted.columns))


def _planned(
    work: Work, organisation: str, parties: Mapping[str, Party], taken_in: Intake, wanted: ListReading
) -> Iterator[Planned]:
    """Yield what will become of each party of a list."""
    index = matching.indexed({identifier: one.about for identifier, one in parties.items()})
    same: dict[str, str] = {}
    for one in store.remembered(work.connection, organisation):
        if one.decision is Decision.SAME and (standing := _standing(work, parties, one.party)):
            same[one.mark] = standing
    for draft in taken_in.drafts:
        if draft.mark in same:
            yield Planned(draft, same[draft.mark], (), settled=True)
            continue
        found = matching.candidates(index, draft.about)
        decided = wanted.decisions.get(draft.mark)
        if decided is None and found and (found[0].certain or (not draft.lines and _is_mentioned(found))):
            decided = LineDecision(decision=Decision.SAME, party=found[0].party)
        known = decided.party if decided and decided.decision is Decision.SAME else ""
        yield Planned(draft, known if known in parties else None, found, settled=False)


def _is_mentioned(found: Sequence[Candidate]) -> bool:
    """Return whether a customer, of whom only the name is known, bears the name of one known party alone."""
    alike = [any(each.why in _ONE_NAME for each in one.reasons) for one in found]
    return alike[0] and sum(alike) == 1


def _standing(work: Work, parties: Container[str], identifier: str) -> str | None:
    """Return the party in use that an entry is part of now, None where it is out of use."""
    while identifier not in parties:
        following = store.load(work.connection, identifier).merged_into
        if following is None:
            return None
        identifier = following
    return identifier


def _batch(work: Work, identifier: str, seen: Preview, ids: Mapping[str, str]) -> Batch:
    return Batch(
        id=identifier,
        organisation=seen.organisation,
        name=seen.name,
        sha256=seen.sha256,
        rows=tuple(Row(one.draft.lines, ids[one.draft.mark], one.party is not None) for one in seen.plan),
        added=sum(one.party is None for one in seen.plan),
        joined=sum(one.party is not None for one in seen.plan),
        left_out=len(seen.intake.left_out),
        by=work.actor.person,
        at=work.now,
    )


def _join(work: Work, seen: Preview, batch: str) -> None:
    """Write what only the list knows of parties that were known before."""
    told: dict[str, About] = {}
    for one in seen.plan:
        if one.party is not None:
            told[one.party] = joined(told.get(one.party, seen.known[one.party].about), one.draft.about)
    for identifier, about in told.items():
        if about != seen.known[identifier].about:
            keep(work, seen.known[identifier], "join", batch=batch, about=fitting(about))


def _links(work: Work, seen: Preview, ids: Mapping[str, str], batch: str) -> Iterator[SupplyLink]:
    """Yield the links that a list tells and the register does not have."""
    known = supply.of_organisation(work.connection, seen.organisation)
    there = {(link.supplier, link.buyer) for link in known}
    linked = {link.supplier for link in known}
    named = {folded(name): ids[one.draft.mark] for one in seen.plan for name in _names(one.draft.about)}
    for one in seen.plan:
        for told in one.draft.supplies:
            ends = (ids[one.draft.mark], named[folded(told.buyer)] if told.buyer else None)
            unsaid = not told.buyer and _says_not_whom(one.draft, told.terms, linked=one.party in linked)
            if ends[0] != ends[1] and ends not in there and not unsaid:
                there.add(ends)
                yield new_link(work, seen.organisation, ends, told.terms, batch)


def _says_not_whom(draft: Draft, terms: Terms, *, linked: bool) -> bool:
    """Return whether a line without a customer leaves open whom the party supplies.

    Otherwise it is a supplier of the firm. Left open it is beyond the first tier, and for parties whose links
    are known already, unless a share says that the firm buys from it.
    """
    share = terms.share_of_spend is not None or terms.share_of_labour is not None
    return not share and (linked or (draft.about.tier or 1) > 1)


def _names(about: About) -> tuple[str, ...]:
    return (*about.other_names, about.name)


def _decided(
    work: Work, seen: Preview, ids: Mapping[str, str], wanted: ListReading, batch: str
) -> Iterator[Remembered]:
    """Yield what is to be remembered: which entry each line is, and what was said of entries like it."""
    every: dict[tuple[str, str], Decision] = {}
    for one in seen.plan:
        every[one.draft.mark, ids[one.draft.mark]] = Decision.SAME
        decision = wanted.decisions.get(one.draft.mark, _LATER).decision
        for candidate in one.candidates if one.party is None else ():
            every[ordered(ids[one.draft.mark], candidate.party)] = decision
    for pair, decision in every.items():
        yield msgspec.structs.replace(said(work, seen.organisation, pair, decision), batch=batch)


def _work_on_parties(work: Work, batch: str, added: Mapping[str, Party]) -> Iterator[Problem]:
    """Yield what was done since with the parties of an import, each with the name of the party."""
    for one in added.values():
        if one.merged_into:
            yield problem("UNDO_MERGED", "party", name=one.about.name)
        elif one.revision > 1:
            yield problem("UNDO_CHANGED", "party", name=one.about.name)
    for now, change in store.joined_by(work.connection, batch):
        if now.revision != change.revision:
            yield problem("UNDO_CHANGED", "party", name=now.about.name)
    for identifier in sorted(batches.asked_or_screened(work.connection, list(added))):
        yield problem("UNDO_ASKED", "party", name=added[identifier].about.name)
    for identifier in sorted(batches.decided_since(work.connection, batch, list(added))):
        yield problem("UNDO_DECIDED", "party", name=added[identifier].about.name)


def _work_on_links(work: Work, batch: str, added: Mapping[str, Party]) -> Iterator[Problem]:
    """Yield what was done since with the links of an import, and those that lead to its parties."""
    for link in supply.added_by(work.connection, batch):
        if link.revision > 1:
            yield problem("UNDO_LINK_CHANGED", "links", name=store.load(work.connection, link.supplier).about.name)
    for link in supply.of_parties(work.connection, list(added), ended=True):
        if link.batch != batch:
            own = link.supplier if link.supplier in added else link.buyer or ""
            yield problem("UNDO_LINKED", "links", name=added[own].about.name)
