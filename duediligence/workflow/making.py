"""What a worker makes for whoever asked: reports, assessments as workbooks, out and in, and long lists of partners.

A job sees what the person who ordered it may see at the time it runs; where that is
nothing any more, nothing is made. What is made is put by before the job is marked as
done, under its mark: a second run finds it, or puts the same in its place.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from duediligence import key, record
from duediligence.access import Actor
from duediligence.accounts.session import actor_for
from duediligence.database import Connection, new_id
from duediligence.errors import NotAllowed, NotFound
from duediligence.job import Context, Done, Kind, Progress, leave_as_it_is
from duediligence.protected import Vault
from duediligence.reports import attachment, pdf_apart, xlsx
from duediligence.reports.compose import compose
from duediligence.store import party_import
from duediligence.store import person as people
from duediligence.store import product as products
from duediligence.workflow import chain_doubles, chain_draft, chain_import, chain_waiting, exchange, ordering
from duediligence.workflow.ordering import (
    Doubles,
    Export,
    Import,
    ListLook,
    ListTake,
    ListTaken,
    Report,
    Shape,
    Wanted,
)
from duediligence.workflow.work import Work
from questionnaires import catalogue, workbook_reader

_BEGUN, _MADE = 0.1, 0.9
"""How far a job has come once its rights are known, and once only keeping is left."""


def make(context: Context, wanted: Wanted) -> Done:
    """Make a file and keep it; nothing is done where it is there already, or may not be had any more.

    Raises:
        Unavailable: the place of files or the protected database does not answer.
    """
    vault = Vault(context.db.vault, key.read_or_make(context.settings.protected_key_path()))
    try:
        with context.db.reading() as connection:
            actor = _who_asked(connection, context.by)
            work = Work(actor, context.clock(), connection, vault, context.settings)
            if ordering.made(work, wanted) is not None:
                return Done()
            wants = ordering.source(work, wanted)
            context.progress(_BEGUN)
            data, write = _made(work, wanted, lambda share: context.progress(_BEGUN + share * (_MADE - _BEGUN)))
    except (NotFound, NotAllowed):
        return Done()  # whoever asks for the file is told why
    context.progress(_MADE)
    product = ordering.sealed(work, wants, data, context.job)

    def kept(connection: Connection) -> None:
        write(connection)
        products.keep(connection, product)

    return Done(write=kept)


KINDS: tuple[Kind[Any], ...] = tuple(Kind(name, arguments, make) for arguments, name in ordering.KINDS.items())
"""The jobs that make files."""


def _who_asked(connection: Connection, person: str | None) -> Actor:
    """Return who asked, with the roles they have now; a second factor opens nothing that a file shows."""
    found = people.load(connection, person or "")
    if found.disabled:
        raise NotAllowed("Whoever asked for it may not use the service any more.")
    return actor_for(connection, found, second_factor=False)


def _made(work: Work, wanted: Wanted, progress: Progress) -> tuple[bytes, Callable[[Connection], None]]:
    """Return what is in the file, and what is written to the database together with it."""
    if isinstance(wanted, ListTake):
        return _taken(work, wanted, progress)
    return _file(work, wanted, progress), leave_as_it_is


def _file(work: Work, wanted: Report | Export | Import | ListLook | Doubles, progress: Progress) -> bytes:
    match wanted:
        case Report():
            return _report(work, wanted)
        case Export():
            return exchange.written(work, wanted.engagement, wanted.language, protected=wanted.protected)
        case Import():
            data = exchange.waits(work, wanted.engagement, wanted.name)
            return msgspec.json.encode(workbook_reader.read(data, catalogue.load))
        case ListLook():
            sent = chain_waiting.found(work, wanted.organisation, wanted.name).sent
            seen = chain_import.preview(work, wanted.organisation, sent, wanted.reading, progress)
            return msgspec.json.encode(chain_draft.drafted(seen, wanted.reading))
        case Doubles():
            return msgspec.json.encode(chain_doubles.found(work, wanted.organisation, progress))


def _taken(work: Work, wanted: ListTake, progress: Progress) -> tuple[bytes, Callable[[Connection], None]]:
    """Return which batch a list becomes, and what writes it.

    Comparing takes many times longer than writing, and nobody should wait to write meanwhile: a register that
    was changed in between is compared once more.
    """
    firm, identifier = wanted.organisation, new_id()
    sent = chain_waiting.found(work, firm, wanted.name).sent
    before = party_import.standing(work.connection, firm)
    seen = chain_import.preview(work, firm, sent, wanted.reading, progress)

    def write(connection: Connection) -> None:
        now = replace(work, connection=connection)
        same = party_import.standing(connection, firm) == before
        last = seen if same else chain_import.preview(now, firm, sent, wanted.reading)
        chain_import.keep_whole(now, last, wanted.reading, identifier)

    return msgspec.json.encode(ListTaken(batch=identifier)), write


def _report(work: Work, wanted: Report) -> bytes:
    found = ordering.result(work, wanted.engagement, wanted.copy)
    said = compose(found.assessment, found.plan, wanted.language, wanted.copy)
    match wanted.shape:
        case Shape.PDF:
            data = record.encode(record.shared(found.assessment))
            return pdf_apart.render(said, [attachment.assessment(said, data)])
        case Shape.WORKBOOK:
            return xlsx.render(said)
