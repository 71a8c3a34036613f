"""Entries of a register that may be one, as somebody is asked about them.

Every entry is compared with those that it may be. Up to some thousand of them that is
done while somebody waits; in a larger register a worker does it once a day, and again
after each list that was taken in. What was decided or changed since is left out when
the pairs are shown.
"""

import msgspec

from duediligence.access import Step, Subject
from duediligence.chain.matching import Decision
from duediligence.job import Progress, unwatched
from duediligence.store import party as store
from duediligence.workflow import chain
from duediligence.workflow.work import Work
from questionnaires.text import Text

LARGE = 10_000
"""Entries from which on it is work for a worker: it takes four seconds for so many."""

MOST = 500
"""Pairs that are told one by one, the likeliest."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of two entries."""

    id: str
    name: str


class Pair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two entries that may be one, with all that speaks for and against."""

    first: Entry
    second: Entry
    score: int  # 0 to 100
    reasons: tuple[Text, ...]


class Pairs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pairs of a register, the likeliest first."""

    pairs: tuple[Pair, ...]
    count: int  # of all of them, those that are not told one by one among them


def found(work: Work, organisation: str, progress: Progress = unwatched) -> Pairs:
    """Return the entries that may be one and of which nobody has decided yet.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    doubles = chain.doubles(work, organisation, progress)
    told = doubles[:MOST]
    names = store.names(work.connection, [one.candidate.party for one in told])
    pairs = tuple(
        Pair(
            first=Entry(id=one.party.id, name=one.party.about.name),
            second=Entry(id=one.candidate.party, name=names[one.candidate.party]),
            score=one.candidate.score,
            reasons=tuple(reason.told() for reason in one.candidate.reasons),
        )
        for one in told
    )
    return Pairs(pairs=pairs, count=len(doubles))


def still_open(work: Work, organisation: str, earlier: Pairs) -> Pairs:
    """Return what is left of pairs that were found earlier: both entries are in use, and nobody has told them apart.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_EDIT, Subject(organisation=organisation))
    named = {entry.id for one in earlier.pairs for entry in (one.first, one.second)}
    there = store.names(work.connection, sorted(named))
    apart = {
        (one.mark, one.party)
        for one in store.remembered(work.connection, organisation)
        if one.decision is Decision.DIFFERENT
    }
    left = tuple(
        one
        for one in earlier.pairs
        if {one.first.id, one.second.id} <= there.keys() and not {_ends(one), _ends(one)[::-1]} & apart
    )
    return Pairs(pairs=left, count=earlier.count - len(earlier.pairs) + len(left))


def is_large(work: Work, organisation: str) -> bool:
    """Return whether comparing all entries of a register is work for a worker.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.CHAIN_EDIT, Subject(organisation=organisation))
    return store.count(work.connection, organisation) >= LARGE


def _ends(one: Pair) -> tuple[str, str]:
    return one.first.id, one.second.id
