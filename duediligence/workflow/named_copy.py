"""A copy of an attestation for one reader: what for, until when, without what; closed at any time.

The link is shown once; of its secret only the digest is kept. Each opening is counted
and written into the ledger, so that the firm sees who has used what it gave out.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from duediligence import ledger
from duediligence.access import Step, Subject
from duediligence.accounts import token
from duediligence.database import Connection, new_id
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.job import Order
from duediligence.proof.attestation import Attestation, Standing, standing
from duediligence.redaction import Choice
from duediligence.store import attestation as store
from duediligence.store import job as jobs
from duediligence.store import product as products
from duediligence.store.attestation import NamedCopy
from duediligence.words import problem
from duediligence.workflow.work import ASHGABAT, Work
from questionnaires import privacy
from questionnaires.problem import Problem

COPY = "named_copy"
"""The job that makes the file of a copy."""

LONGEST = 200
"""Characters of the name of a reader, and of a purpose."""

LONGEST_OPEN = timedelta(days=366)

OPENED = "copy:opened"
"""How an opening is called in the ledger."""


class MakeCopy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which copy is to be made."""

    copy: str


class Made(NamedTuple):
    """A new copy, and the secret of its link, which is shown once."""

    copy: NamedCopy
    secret: str


class Behind(NamedTuple):
    """What stands behind a link."""

    copy: NamedCopy
    attestation: Attestation
    standing: Standing
    open: bool  # neither closed nor run out, and its attestation stands
    ready: bool  # the file is made


def make(work: Work, code: str, reader: str, purpose: str, left_out: Choice, until: date | None) -> Made:  # noqa: PLR0913, PLR0917
    """Return a new copy; a worker makes its file.

    Args:
        work: who makes it.
        code: of the attestation.
        reader: a business or an office.
        purpose: what it may be used for.
        left_out: what is left out, each piece with its reason.
        until: the last day on which the link opens; None where none was given.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: the attestation does not stand.
        Unfit: a field is missing, too long, names a person, or the day will not do; everything is listed.
    """
    one = store.load(work.connection, code)
    work.allow(Step.COPY_MAKE, Subject(organisation=one.organisation))
    if standing(one, work.day) is not Standing.VALID:
        raise WrongMoment("This attestation does not stand; nobody is given a copy of it.")
    reader, purpose = reader.strip(), purpose.strip()
    if wrong := _faults(reader, purpose, until, work.day, one.expires):
        raise Unfit(tuple(wrong))
    assert until is not None, "a missing day is a fault"
    secret = token.fresh()
    made = NamedCopy(
        id=new_id(),
        attestation=code,
        reader=reader,
        purpose=purpose,
        left_out={str(piece): str(why) for piece, why in left_out.items()},
        expires=until,
        made_by=work.actor.person,
        made=work.now,
    )
    store.add_copy(work.connection, made, token.digest(secret))
    order = Order(
        kind=COPY,
        arguments=MakeCopy(copy=made.id),
        once=f"{COPY}:{made.id}",
        organisation=one.organisation,
        by=work.actor.person,
    )
    jobs.enqueue(work.connection, order, work.now)
    work.record(Step.COPY_MAKE, code, {"copy": made.id, "until": until.isoformat(), "left_out": sorted(made.left_out)})
    return Made(made, secret)


def close(work: Work, identifier: str) -> NamedCopy:
    """Return a copy whose link opens nothing any more.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was closed before.
    """
    copy = store.load_copy(work.connection, identifier)
    one = store.load(work.connection, copy.attestation)
    work.allow(Step.COPY_MAKE, Subject(organisation=one.organisation))
    if not store.revoke_copy(work.connection, identifier, work.now):
        raise WrongMoment("This copy was closed before.")
    work.record(Step.COPY_MAKE, one.id, {"copy": identifier, "closed": True})
    return store.load_copy(work.connection, identifier)


def behind(connection: Connection, secret: str, now: datetime) -> Behind:
    """Return what stands behind a link.

    Raises:
        NotFound: no copy has this secret.
    """
    copy = store.copy_behind(connection, token.digest(secret))
    if copy is None:
        raise NotFound("There is no such copy.")
    one = store.load(connection, copy.attestation)
    today = now.astimezone(ASHGABAT).date()
    stands = standing(one, today)
    is_open = copy.revoked is None and today <= copy.expires and stands is Standing.VALID
    return Behind(copy, one, stands, is_open, products.find(connection, copy.id, now) is not None)


def row_of(connection: Connection, found: Behind, now: datetime) -> products.Product:
    """Return the row of the file behind a link, and note that it was opened.

    Raises:
        NotFound: the link is closed, has run out, or the file is not made yet.
    """
    row = products.find(connection, found.copy.id, now)
    if row is None or not found.open:
        raise NotFound("There is nothing behind this link any more, or not yet.")
    store.note_opening(connection, found.copy.id, now)
    ledger.record(connection, OPENED, found.attestation.id, "", now, {"copy": found.copy.id})
    return row


def _faults(reader: str, purpose: str, until: date | None, today: date, expires: date) -> list[Problem]:
    wrong = []
    for name, words in (("reader", reader), ("purpose", purpose)):
        if not words:
            wrong.append(problem("COPY_FIELD_MISSING", name))
        elif len(words) > LONGEST:
            wrong.append(problem("COPY_FIELD_LONG", name, most=LONGEST))
        wrong += [problem("COPY_NAMES_PERSON", name) for _ in privacy.traits(words)[:1]]
    if until is None or not today <= until <= min(expires, today + LONGEST_OPEN):
        wrong.append(problem("COPY_DAY", "until", last=expires.isoformat()))
    return wrong
