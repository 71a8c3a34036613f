"""The register of one organisation: its parties, what was changed of them, merges and remembered decisions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select, tuple_, update

from duediligence.chain.identifier import Identifier, Scheme, plain
from duediligence.chain.matching import Decision
from duediligence.chain.party import LONGEST_NAME, About, Party, PartyRole, SupplyLink
from duediligence.chain.spelling import core, sound
from duediligence.errors import NotFound, WrongMoment
from duediligence.store.table import match_decision, party, party_change, party_identifier, party_merge, party_spelling

_AT_ONCE = 500
_MOST_WORDS = 6  # of a search
_PLAIN = [name for name in Party.__struct_fields__ if name != "about"]
_COLUMNS = [*(party.c[name] for name in _PLAIN), party.c.document]


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; empty fields narrow nothing."""

    words: str = ""  # of a name in any spelling, or a number
    role: PartyRole | None = None
    country: str = ""
    retired: bool = False  # those out of use instead of those in use


class PartyChange(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a party in one step: the revision that came of it, and what was said before."""

    revision: int
    kind: str
    before: About
    batch: str | None
    by: str
    at: datetime


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """Two parties that became one; `links` are those that were moved, as they were before."""

    id: str
    organisation: str
    kept: str
    gone: str
    revision: int  # of the kept party after it
    before: About  # what was said of the kept party
    links: tuple[SupplyLink, ...]
    moved: dict[str, tuple[str, ...]] = {}  # ids of requests, screenings and consents of the gone one, by table
    by: str
    at: datetime
    split_by: str | None = None
    split: datetime | None = None


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided of a line of a list, or a party, and a party of the register."""

    organisation: str
    mark: str  # of a line, or the id of a party
    party: str
    decision: Decision
    by: str
    at: datetime
    batch: str | None = None


class _Merged(msgspec.Struct, frozen=True):
    """What is kept of a merge as a document."""

    before: About
    links: tuple[SupplyLink, ...]
    moved: dict[str, tuple[str, ...]] = {}


def add(connection: Connection, parties: Iterable[Party]) -> None:
    """Write new parties."""
    every = tuple(parties)
    for chunk in _chunks(every):
        connection.execute(insert(party), [_values(one) for one in chunk])
    _write_keys(connection, every)


def save(connection: Connection, before: Party, after: Party, change: PartyChange) -> None:
    """Write the next revision of a party, and what was said of it until now.

    Raises:
        WrongMoment: somebody has changed it since `before` was read.
    """
    place = (party.c.id == before.id, party.c.revision == before.revision)
    # Which organisation it is follows from that organisation's consent alone, whoever changes the entry meanwhile.
    values_now = {name: value for name, value in _values(after).items() if name != "partner"}
    if connection.execute(update(party).where(*place).values(values_now)).rowcount != 1:
        raise WrongMoment("Somebody has changed this partner since you opened it. Look at it again.")
    values = msgspec.structs.asdict(change) | {"party": after.id, "before": msgspec.json.encode(change.before)}
    connection.execute(insert(party_change).values(values))
    for keys in (party_spelling, party_identifier):
        connection.execute(delete(keys).where(keys.c.party == after.id))
    _write_keys(connection, (after,))


def load(connection: Connection, identifier: str) -> Party:
    """Return one party.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(*_COLUMNS).where(party.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such partner.")
    return _party(found)


def listed(
    connection: Connection, organisation: str, sought: Sought, *, limit: int, after: str = ""
) -> tuple[Party, ...]:
    """Return parties of an organisation by name.

    Args:
        connection: an open one.
        organisation: whose register it is.
        sought: what the list is narrowed to.
        limit: at most so many.
        after: id of the last one already shown.
    """
    wanted = select(*_COLUMNS).where(party.c.organisation == organisation).order_by(party.c.sort, party.c.id)
    wanted = wanted.where(party.c.retired.is_not(None) if sought.retired else party.c.retired.is_(None))
    if sought.role:
        wanted = wanted.where(party.c.roles.contains(f" {sought.role} ", autoescape=True))
    if sought.country:
        wanted = wanted.where(party.c.country == sought.country)
    for word in core(sought.words).split()[:_MOST_WORDS]:
        own = (party_spelling.c.organisation == organisation, party_identifier.c.organisation == organisation)
        spelt = or_(*(party_spelling.c.folded.contains(one, autoescape=True) for one in {word, sound(word)}))
        numbered = party_identifier.c.value.contains(_number(word), autoescape=True)
        wanted = wanted.where(
            or_(
                party.c.id.in_(select(party_spelling.c.party).where(own[0], spelt)),
                party.c.id.in_(select(party_identifier.c.party).where(own[1], numbered)),
            )
        )
    if after:
        last = select(party.c.sort, party.c.id).where(party.c.id == after, party.c.organisation == organisation)
        wanted = wanted.where(tuple_(party.c.sort, party.c.id) > last.scalar_subquery())
    return tuple(_party(row) for row in connection.execute(wanted.limit(limit)).mappings())


def every(connection: Connection, organisation: str) -> tuple[Party, ...]:
    """Return all parties of an organisation that are in use, by name."""
    own = (party.c.organisation == organisation, party.c.retired.is_(None))
    rows = connection.execute(select(*_COLUMNS).where(*own).order_by(party.c.sort, party.c.id))
    return tuple(_party(row) for row in rows.mappings())


def count(connection: Connection, organisation: str) -> int:
    """Return how many parties of an organisation are in use."""
    own = (party.c.organisation == organisation, party.c.retired.is_(None))
    return connection.scalar(select(func.count()).where(*own)) or 0


def names(connection: Connection, parties: Sequence[str]) -> dict[str, str]:
    """Return the names of those of some parties that are in use, by id."""
    found: dict[str, str] = {}
    for chunk in _chunks(parties):
        wanted = select(party.c.id, party.c.name).where(party.c.id.in_(chunk), party.c.retired.is_(None))
        found.update((row.id, row.name) for row in connection.execute(wanted))
    return found


def added_by(connection: Connection, batch: str) -> tuple[Party, ...]:
    """Return the parties that an import added, in whatever state they are now."""
    rows = connection.execute(select(*_COLUMNS).where(party.c.batch == batch).order_by(party.c.sort, party.c.id))
    return tuple(_party(row) for row in rows.mappings())


def joined_by(connection: Connection, batch: str) -> tuple[tuple[Party, PartyChange], ...]:
    """Return the parties that an import added something to, each as it is now and with that change."""
    found = connection.execute(select(party_change).where(party_change.c.batch == batch)).mappings().all()
    return tuple((load(connection, row["party"]), _change(row)) for row in found)


def changes(connection: Connection, identifier: str) -> tuple[PartyChange, ...]:
    """Return every change to a party, the newest first."""
    wanted = select(party_change).where(party_change.c.party == identifier).order_by(party_change.c.revision.desc())
    return tuple(_change(row) for row in connection.execute(wanted).mappings())


def remove(connection: Connection, parties: Sequence[str]) -> None:
    """Take out parties that nothing stands on, with what was remembered of them."""
    for chunk in _chunks(parties):
        connection.execute(delete(match_decision).where(match_decision.c.mark.in_(chunk)))
        for keys in (party_spelling, party_identifier, party_change, match_decision):
            connection.execute(delete(keys).where(keys.c.party.in_(chunk)))
        connection.execute(delete(party).where(party.c.id.in_(chunk)))


def add_merge(connection: Connection, one: Merge) -> None:
    """Write that two parties became one."""
    document = msgspec.json.encode(_Merged(one.before, one.links, one.moved))
    plain_fields = ("id", "organisation", "kept", "gone", "revision", "by", "at", "split_by", "split")
    connection.execute(
        insert(party_merge).values(document=document, **{name: getattr(one, name) for name in plain_fields})
    )


def load_merge(connection: Connection, identifier: str) -> Merge:
    """Return one merge.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(party_merge).where(party_merge.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such merge.")
    return _merge(found)


def merges(connection: Connection, identifier: str) -> tuple[Merge, ...]:
    """Return the merges that a party took part in, the newest first."""
    part = or_(party_merge.c.kept == identifier, party_merge.c.gone == identifier)
    rows = connection.execute(select(party_merge).where(part).order_by(party_merge.c.id.desc()))
    return tuple(_merge(row) for row in rows.mappings())


def mark_split(connection: Connection, identifier: str, by: str, now: datetime) -> None:
    """Write that a merge was taken back."""
    connection.execute(update(party_merge).where(party_merge.c.id == identifier).values(split_by=by, split=now))


def remember(connection: Connection, decisions: Iterable[Remembered]) -> None:
    """Write what was decided in one organisation; a later word replaces an earlier one."""
    for chunk in _chunks(tuple(decisions)):
        pairs = [(one.mark, one.party) for one in chunk]
        own = match_decision.c.organisation == chunk[0].organisation
        said_before = tuple_(match_decision.c.mark, match_decision.c.party).in_(pairs)
        connection.execute(delete(match_decision).where(own, said_before))
        connection.execute(insert(match_decision), [msgspec.structs.asdict(one) for one in chunk])


def remembered(connection: Connection, organisation: str) -> tuple[Remembered, ...]:
    """Return everything that was decided in an organisation of lines and parties being one."""
    rows = connection.execute(select(match_decision).where(match_decision.c.organisation == organisation))
    return tuple(Remembered(**{**row, "decision": Decision(row["decision"])}) for row in rows.mappings())


def forget(connection: Connection, batch: str) -> None:
    """Forget what was decided in the course of one import."""
    connection.execute(delete(match_decision).where(match_decision.c.batch == batch))


def _values(one: Party) -> dict[str, Any]:
    plain_values = {name: getattr(one, name) for name in _PLAIN}
    return plain_values | {
        "name": one.about.name,
        "sort": core(one.about.name)[:LONGEST_NAME],
        "country": next((site.country for site in one.about.sites if site.country), ""),
        "roles": f" {' '.join(one.about.roles)} ",
        "document": msgspec.json.encode(one.about),
    }


def _write_keys(connection: Connection, parties: Sequence[Party]) -> None:
    """Write by what names and numbers parties are found."""
    spellings = [
        {"party": one.id, "organisation": one.organisation, "folded": folded}
        for one in parties
        for folded in dict.fromkeys(_readings(one.about))
    ]
    numbers = [
        {"party": one.id, "organisation": one.organisation, "scheme": each.scheme, "value": each.key}
        for one in parties
        for each in one.about.identifiers
    ]
    for keys, rows in ((party_spelling, spellings), (party_identifier, numbers)):
        for chunk in _chunks(rows):
            connection.execute(insert(keys), chunk)


def _readings(about: About) -> Iterable[str]:
    return (read(name)[:LONGEST_NAME] for name in (about.name, *about.other_names) for read in (core, sound))


def _number(word: str) -> str:
    return plain(Identifier(scheme=Scheme.REGISTRY, value=word)).value


def _party(row: RowMapping) -> Party:
    about = msgspec.json.decode(row["document"], type=About)
    return Party(about=about, **{name: row[name] for name in _PLAIN})


def _change(row: RowMapping) -> PartyChange:
    before = msgspec.json.decode(row["before"], type=About)
    return PartyChange(before=before, **{name: row[name] for name in PartyChange.__struct_fields__ if name != "before"})


def _merge(row: RowMapping) -> Merge:
    kept = msgspec.json.decode(row["document"], type=_Merged)
    own = {name: row[name] for name in Merge.__struct_fields__ if name not in ("before", "links", "moved")}
    return Merge(before=kept.before, links=kept.links, moved=kept.moved, **own)


def _chunks(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
