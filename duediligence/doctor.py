"""Whether an installation is well, part by part, and what to do about what is not.

Nothing is changed and nothing is made: a folder or a key that is not there yet is said
to be so. What each finding is called and says stands in `texts/operation.yaml`.
"""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from duediligence import blob, database, key, ledger, mail, queue, signing
from duediligence.database import Database, guarded
from duediligence.errors import DueDiligenceError, Unavailable
from duediligence.job import State
from duediligence.migrations import MAIN, PROTECTED, is_current
from duediligence.proof import certificate
from duediligence.proof.signing_key import Purpose, in_use
from duediligence.reports import face
from duediligence.screening import clamav
from duediligence.settings import Settings
from duediligence.store import installation, sample, signing_key
from duediligence.store import job as jobs

LETTERS = "ÄäÇçŇňÖöŞşÜüÝýŽžЁёЪъЫыЭэ"
"""What Turkmen and Russian have beyond the letters that every typeface has."""

ROOM = 2.0
"""Gigabytes that should be free; a backup takes as much again as there is."""

LATE = timedelta(minutes=15)
"""How long a job may wait beyond the moment it was due before somebody should look."""

OUTLIVED = timedelta(days=400)
"""For how long the certificate of a seal should still be in force: longer than any attestation stands."""

_PATIENCE = 5  # seconds
_OTHERS = 0o077
_LOCAL = ("localhost", "127.0.0.1", "::1")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one part of an installation."""

    part: str  # by its name among the sentences
    says: str  # the same; how it stands, and the way out where it is not well
    fine: bool
    facts: dict[str, object] = {}


Check = Callable[[Settings, datetime], Iterator[Finding]]


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield what is found of each part; a part whose ground is missing is passed over."""
    for check in (_settings, _folder, _keys, _database, _signing, _disk, _mail, _clamav, _files, _queue, _fonts):
        yield from check(settings, now)


def _settings(settings: Settings, _now: datetime) -> Iterator[Finding]:
    where = urlsplit(settings.address)
    private = where.scheme == "https" or where.hostname in _LOCAL
    yield _found("settings", "fine" if private else "open", fine=private, address=settings.address)


def _folder(settings: Settings, _now: datetime) -> Iterator[Finding]:
    path = settings.folder.absolute()
    if not path.is_dir():
        yield _found("folder", "missing", fine=True, path=path)
    elif not os.access(path, os.W_OK | os.X_OK):
        yield _found("folder", "locked", fine=False, path=path)
    else:
        private = not path.stat().st_mode & _OTHERS
        yield _found("folder", "fine" if private else "open", fine=private, path=path)


def _keys(settings: Settings, _now: datetime) -> Iterator[Finding]:
    paths = (settings.key_path(), settings.protected_key_path())
    missing = [path for path in paths if not path.exists()]
    try:
        for path in paths:
            if path.exists():
                key.read_or_make(path)
    except DueDiligenceError as error:
        yield _found("keys", "unfit", fine=False, reason=error)
        return
    if missing and _has_databases(settings):
        yield _found("keys", "missing", fine=False, path=missing[0].absolute())
    elif not missing:
        yield _found("keys", "fine", fine=True)


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    if not _has_databases(settings):
        yield _found("database", "missing", fine=True)
        return
    try:
        with closing(database.opened(settings)) as db:
            if not _is_current(db):
                yield _found("database", "old", fine=False)
                return
            yield _found("database", "fine", fine=True)
            yield from _inside(db, now)
    except DueDiligenceError as error:
        yield _found("database", "unfit", fine=False, reason=error)


def _inside(db: Database, now: datetime) -> Iterator[Finding]:
    """Yield what the database tells of the clock, of people and of jobs."""
    with db.reading() as connection:
        last = ledger.newest(connection)
        ruled = installation.has_administrator(connection)
        counts = jobs.counts(connection)
        since = installation.waiting_since(connection)
        mixed = sample.are_there(connection) and sample.real_firms(connection)
    yield _found("administrator", "fine" if ruled else "missing", fine=ruled)
    back = last is not None and last.at > now
    stated = {"now": _minute(now), "last": _minute(last.at) if last else ""}
    yield _found("clock", "back" if back else "fine", fine=not back, **stated)
    if since is not None and since < now - LATE:
        yield _found("queue", "late", fine=False, since=_minute(since))
    if mixed:
        yield _found("samples", "mixed", fine=False)
    if counts[State.FAILED]:
        yield _found("queue", "failed", fine=False, count=counts[State.FAILED])


def _signing(settings: Settings, now: datetime) -> Iterator[Finding]:
    if not _has_databases(settings):
        return
    try:
        with closing(database.opened(settings)) as db:
            if not _is_current(db):
                return
            with db.reading() as connection:
                known = signing_key.load_all(connection)
                missing = [purpose for purpose in Purpose if in_use(known, purpose) is None]
                for purpose in set(Purpose) - set(missing):
                    signing.signer(settings, connection, purpose)
    except DueDiligenceError as error:
        yield _found("signing", "unfit", fine=False, reason=error)
        return
    if not known:
        yield _found("signing", "none", fine=True)
        return
    for purpose in missing:
        yield _found("signing", "missing", fine=False, purpose=purpose.value)
    if report := in_use(known, Purpose.REPORT):
        end = certificate.ends(report.certificates)
        ending = end < now + OUTLIVED
        yield _found("signing", "ending" if ending else "fine", fine=not ending, until=f"{end:%Y-%m-%d}")


def _disk(settings: Settings, _now: datetime) -> Iterator[Finding]:
    path = settings.folder.absolute()
    there = next(place for place in (path, *path.parents) if place.exists())
    free = shutil.disk_usage(there).free / 1e9
    facts = {"free": f"{free:.1f}", "path": path}
    yield _found("disk", "fine" if free >= ROOM else "full", fine=free >= ROOM, **facts)


def _mail(settings: Settings, _now: datetime) -> Iterator[Finding]:
    try:
        where = mail.server(settings)
    except DueDiligenceError as error:
        yield _found("mail", "unfit", fine=False, reason=error)
        return
    if where is None:
        yield _found("mail", "folder", fine=True, path=(settings.folder / "mail").absolute())
        return
    host, port = where.hostname or "", where.port or (465 if where.scheme == "smtps" else 587)
    try:
        socket.create_connection((host, port), timeout=_PATIENCE).close()
    except OSError:
        yield _found("mail", "silent", fine=False, server=f"{host}:{port}")
    else:
        yield _found("mail", "fine", fine=True, server=f"{host}:{port}")


def _clamav(settings: Settings, _now: datetime) -> Iterator[Finding]:
    if not settings.clamav:
        yield _found("clamav", "none", fine=True)
        return
    try:
        clamav.refusal(settings.clamav, b"Is anybody there?")
    except Unavailable:
        yield _found("clamav", "silent", fine=False, server=settings.clamav)
    except DueDiligenceError as error:
        yield _found("clamav", "unfit", fine=False, reason=error)
    else:
        yield _found("clamav", "fine", fine=True, server=settings.clamav)


def _files(settings: Settings, _now: datetime) -> Iterator[Finding]:
    place = settings.files_url()
    if "://" not in place and not Path(place).exists():
        return  # made with the folder
    try:
        blob.has(blob.opened(place), "nothing/nothing")
    except Unavailable:
        yield _found("files", "silent", fine=False, place=place)
    except DueDiligenceError as error:
        yield _found("files", "unfit", fine=False, reason=error)
    else:
        yield _found("files", "fine", fine=True, place=place)


def _queue(settings: Settings, _now: datetime) -> Iterator[Finding]:
    if not settings.folder.exists():
        return
    try:
        queue.opened(settings).close()
    except DueDiligenceError as error:
        yield _found("queue", "unfit", fine=False, reason=error)
    else:
        yield _found("queue", "fine", fine=True)


def _fonts(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    lacking = "".join(letter for letter in LETTERS if letter not in face.letters())
    yield _found("fonts", "missing" if lacking else "fine", fine=not lacking, letters=lacking)


def _found(part: str, how: str, *, fine: bool, **facts: object) -> Finding:
    return Finding(part=part, says=f"{part}_{how}", fine=fine, facts=facts)


def _has_databases(settings: Settings) -> bool:
    """Return whether there is anything to open: on a server there always is."""
    urls = (settings.main_url(), settings.protected_url())
    return all(not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists() for url in urls)


def _is_current(db: Database) -> bool:
    with db.reading() as connection:
        main = is_current(connection, MAIN)
    with guarded(), db.vault.begin() as connection:
        return main and is_current(connection, PROTECTED)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
