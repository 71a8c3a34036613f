"""Files made by a worker for whoever asked: reports, and assessments as workbooks, out and in.

A job sees what the person who ordered it may see at the time it runs; where that is
nothing any more, nothing is made. What is made is put by before the job is marked as
done, under its mark: a second run finds it, or puts the same in its place.
"""

from functools import partial
from typing import Any

import msgspec

from duediligence import key, record
from duediligence.access import Actor
from duediligence.accounts.session import actor_for
from duediligence.database import Connection
from duediligence.errors import NotAllowed, NotFound
from duediligence.job import Context, Done, Kind
from duediligence.protected import Vault
from duediligence.reports import pdf_apart, xlsx
from duediligence.reports.compose import compose
from duediligence.store import person as people
from duediligence.store import product as products
from duediligence.workflow import exchange, ordering
from duediligence.workflow.ordering import Export, Import, Report, Shape, Wanted
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
            data = _file(work, wanted)
    except (NotFound, NotAllowed):
        return Done()  # whoever asks for the file is told why
    context.progress(_MADE)
    return Done(write=partial(products.keep, one=ordering.sealed(work, wants, data, context.job)))


KINDS: tuple[Kind[Any], ...] = tuple(Kind(name, arguments, make) for arguments, name in ordering.KINDS.items())
"""The jobs that make files."""


def _who_asked(connection: Connection, person: str | None) -> Actor:
    """Return who asked, with the roles they have now; a second factor opens nothing that a file shows."""
    found = people.load(connection, person or "")
    if found.disabled:
        raise NotAllowed("Whoever asked for it may not use the service any more.")
    return actor_for(connection, found, second_factor=False)


def _file(work: Work, wanted: Wanted) -> bytes:
    match wanted:
        case Report():
            return _report(work, wanted)
        case Export():
            return exchange.written(work, wanted.engagement, wanted.language, protected=wanted.protected)
        case Import():
            data = exchange.waits(work, wanted.engagement, wanted.name)
            return msgspec.json.encode(workbook_reader.read(data, catalogue.load))


def _report(work: Work, wanted: Report) -> bytes:
    found = ordering.result(work, wanted.engagement, wanted.copy)
    said = compose(found.assessment, found.plan, wanted.language, wanted.copy)
    match wanted.shape:
        case Shape.PDF:
            return pdf_apart.render(said, record.encode(record.shared(found.assessment)))
        case Shape.WORKBOOK:
            return xlsx.render(said)
