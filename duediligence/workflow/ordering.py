"""Files that take a moment to make: asked for, made by a worker, and fetched.

    asked for ── may they? ──► mark ──► made under it already ──► the file
                                 └────► a job ──► may they still? ──► made, sealed, kept under its mark

A mark is a digest of what a file shows: the sealed result or the revision it is made
of, language, shape, what its reader may see, and the release that makes it. Whoever
asks for the same again, or may see the same, gets what is there. Nothing protected
goes into a mark, so that nobody can try out answers until a mark fits.

Orders are told apart by person as well as by mark: a job makes what that person may
see at the time, and nobody waits for somebody whose roles have ended. `made` asks
for the rights once more whenever a file is fetched.

What was made lies among the files of the organisation, sealed with the protected
key. Reports hold findings, and a firm's own copy its protected answers; the place of
files may be a bucket, and goes into backups. One way for all is easier to trust than
a choice by kind. The seal is bound to the mark, so that no file can take the place
of another.
"""

import hashlib
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from importlib.metadata import version
from typing import NamedTuple, TypeAlias

import msgspec

from duediligence import blob
from duediligence.access import Step, Subject, may
from duediligence.assessment import MODEL
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotAllowed, NotFound
from duediligence.file_name import shown
from duediligence.job import ENDED, Job, Order, State
from duediligence.key import Tampered
from duediligence.reports import Copy
from duediligence.store import engagement as store
from duediligence.store import job as jobs
from duediligence.store import party_import
from duediligence.store import plan as plans
from duediligence.store import product as products
from duediligence.store.product import Product
from duediligence.workflow import handing_in
from duediligence.workflow.chain_import import AS_FOUND, ListReading
from duediligence.workflow.handing_in import Result
from duediligence.workflow.waiting import place
from duediligence.workflow.work import Work, subject_of

KEPT = timedelta(days=7)
"""How long a file can be fetched; it can be made again at any time."""

PAUSE = timedelta(minutes=1)
"""What failed, or was cancelled, is not begun again sooner, however often somebody asks."""

_JSON = "application/json"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_RELEASE = version("duediligence")
_MARK = 32  # hexadecimal digits


class Shape(StrEnum):
    """In which shape a report is set."""

    PDF = "pdf"
    WORKBOOK = "xlsx"


MEDIA_TYPES = {Shape.PDF: "application/pdf", Shape.WORKBOOK: WORKBOOK}


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The report on an assessment, wanted as a file."""

    engagement: str
    shape: Shape
    copy: Copy
    language: str


class Export(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An assessment as a workbook, with the answers given so far."""

    engagement: str
    language: str
    protected: bool  # with protected answers, for those who may read them


class Import(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a workbook says that somebody sent; wanted as a `Reading` in JSON."""

    engagement: str
    name: str  # under which it waits


class ListLook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A long list of partners compared with the register; wanted as a `ListDraft` in JSON."""

    organisation: str
    name: str  # under which the list waits
    reading: ListReading


class ListTake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A long list of partners taken into the register; wanted as `ListTaken` in JSON.

    However it is to be read, the list that waits under one name is taken once.
    """

    organisation: str
    name: str
    reading: ListReading = AS_FOUND


class Doubles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The entries of a large register that may be one; wanted as `Pairs` in JSON."""

    organisation: str


class ListTaken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of taking a list."""

    batch: str


Wanted: TypeAlias = Report | Export | Import | ListLook | ListTake | Doubles

KINDS: dict[type[Wanted], str] = {
    Report: "report",
    Export: "export",
    Import: "import",
    ListLook: "list_look",
    ListTake: "list_take",
    Doubles: "doubles",
}
"""What the jobs are called."""


class Source(NamedTuple):
    """What a file is to be made of, for somebody who may have it."""

    organisation: str
    mark: str
    name: str  # under which the file is saved
    media_type: str


class Made(NamedTuple):
    """A file that was made."""

    name: str
    media_type: str
    data: bytes


def source(work: Work, wanted: Wanted) -> Source:
    """Return what a file would be made of just now.

    Raises:
        NotFound, NotAllowed: the actor may not have it, see `Work.allow`; or nothing was handed in yet.
    """
    match wanted:
        case Report():
            return _of_report(work, wanted)
        case Export():
            return _of_export(work, wanted)
        case Import():
            one = _loaded(work, wanted.engagement, Step.ASSESSMENT_ANSWER)
            mark = _mark("import", one.id, wanted.name, work.actor.person)
            return Source(one.organisation, mark, "reading.json", _JSON)
        case ListLook():
            return _of_look(work, wanted)
        case ListTake():
            work.allow(Step.CHAIN_IMPORT, Subject(organisation=wanted.organisation))
            mark = _mark("list_take", wanted.organisation, wanted.name, work.actor.person)
            return Source(wanted.organisation, mark, "taken.json", _JSON)
        case Doubles():
            return _of_doubles(work, wanted)


def result(work: Work, identifier: str, copy: Copy) -> Result:
    """Return the result that a copy of the report shows.

    Raises:
        NotFound, NotAllowed: the actor may not see it, or not in this copy.
    """
    found, most = handing_in.shown(work, identifier)
    _refuse_more(copy, most)
    return found


def made(work: Work, wanted: Wanted) -> Made | None:
    """Return the file, None where it has yet to be made.

    Raises:
        NotFound, NotAllowed: as in `source`.
        Unavailable: the place of files does not answer.
    """
    wants = source(work, wanted)
    row = products.find(work.connection, wants.mark, work.now)
    if row is None or row.organisation != wants.organisation:
        return None
    sealed = blob.get(place(work.settings), f"{row.organisation}/{row.sha256}")
    if sealed is not None:
        with suppress(Tampered):  # its key is no more: it is made again
            return Made(row.name, row.media_type, work.vault.key.open(sealed, _about(wants)))
    return None


def under_way(work: Work, wanted: Wanted) -> Job | None:
    """Return the job that makes the file, or made it; None where it was not ordered.

    Raises:
        NotFound, NotAllowed: as in `source`.
    """
    return jobs.named(work.connection, _once(work, wanted))


def order(work: Work, wanted: Wanted) -> Job:
    """Return the job that makes the file; asked for twice by one person it is one job.

    A job that is done has made what has expired since, or has changed meanwhile: it is begun again.

    Raises:
        NotFound, NotAllowed: as in `source`.
    """
    wants, kind = source(work, wanted), KINDS[type(wanted)]
    ordered = Order(
        kind=kind,
        arguments=wanted,
        once=_once(work, wanted),
        organisation=wants.organisation,
        by=work.actor.person,
    )
    identifier = jobs.enqueue(work.connection, ordered, work.now)
    found = jobs.load(work.connection, identifier)
    if found.state not in ENDED or _stopped_just_now(work, found):
        return found
    jobs.anew(work.connection, identifier, ordered, work.now)
    return jobs.load(work.connection, identifier)


def sealed(work: Work, wants: Source, data: bytes, job: str) -> Product:
    """Return the row of a file whose bytes were just put where files lie, sealed.

    Bytes whose row is never written, because their worker died, go with the daily sweep.

    Raises:
        Unavailable: the place of files does not take them.
    """
    content = work.vault.key.seal(data, _about(wants))
    digest = hashlib.sha256(content).hexdigest()
    blob.put(place(work.settings), f"{wants.organisation}/{digest}", content)
    return Product(
        id=wants.mark,
        organisation=wants.organisation,
        job=job,
        sha256=digest,
        size=len(data),
        media_type=wants.media_type,
        name=wants.name,
        created=work.now,
        expires=work.now + KEPT,
    )


def _once(work: Work, wanted: Wanted) -> str:
    return f"{KINDS[type(wanted)]}:{source(work, wanted).mark}:{work.actor.person}"


def _of_report(work: Work, wanted: Report) -> Source:
    one = _loaded(work, wanted.engagement, Step.ASSESSMENT_SEE)
    _refuse_more(wanted.copy, handing_in.copy_for(work, one))
    basis: tuple[object, ...]
    if one.stage is Stage.ANSWERING:
        basis = (one.revision, work.day, MODEL, plans.overdue_at(work.connection, one.site))
    else:
        last = store.last_seal(work.connection, one.id)
        if last is None:
            raise NotFound("This assessment was not handed in yet.")
        basis = (last.number, last.digest)
    mark = _mark("report", one.id, one.stage is Stage.ANSWERING, basis, wanted)
    name = shown(f"{one.id}-{wanted.copy}-{wanted.language}.{wanted.shape}")
    return Source(one.organisation, mark, name, MEDIA_TYPES[wanted.shape])


def _of_export(work: Work, wanted: Export) -> Source:
    one = _loaded(work, wanted.engagement, Step.ASSESSMENT_ANSWER)
    protected = wanted.protected and may(work.actor, Step.PROTECTED_SEE, subject_of(one))
    mark = _mark("export", one.id, one.revision, wanted.language, protected)
    name = shown(f"{one.begins.year}-{one.id[-6:]}-{wanted.language}.xlsx")
    return Source(one.organisation, mark, name, WORKBOOK)


def _of_look(work: Work, wanted: ListLook) -> Source:
    work.allow(Step.CHAIN_IMPORT, Subject(organisation=wanted.organisation))
    standing = party_import.standing(work.connection, wanted.organisation)
    mark = _mark("list_look", wanted, standing, work.actor.person)
    return Source(wanted.organisation, mark, "list.json", _JSON)


def _of_doubles(work: Work, wanted: Doubles) -> Source:
    # What was decided on meanwhile is left out when the pairs are shown: nobody waits anew after each decision.
    work.allow(Step.CHAIN_EDIT, Subject(organisation=wanted.organisation))
    last = party_import.newest(work.connection, wanted.organisation)
    return Source(wanted.organisation, _mark("doubles", wanted, work.day, last), "doubles.json", _JSON)


def _loaded(work: Work, identifier: str, step: Step) -> Engagement:
    one = store.load(work.connection, identifier)
    work.allow(step, subject_of(one))
    return one


def _refuse_more(copy: Copy, most: Copy) -> None:
    if copy is Copy.FIRM and most is not Copy.FIRM:
        raise NotAllowed("Only those who answer for the firm may take its own copy.")


def _stopped_just_now(work: Work, found: Job) -> bool:
    stopped = found.state in (State.FAILED, State.CANCELLED)
    return stopped and found.ended is not None and work.now - found.ended < PAUSE


def _mark(*basis: object) -> str:
    return hashlib.sha256(msgspec.json.encode((_RELEASE, *basis))).hexdigest()[:_MARK]


def _about(wants: Source) -> bytes:
    return f"product/{wants.organisation}/{wants.mark}".encode()
