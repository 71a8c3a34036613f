"""The commands for keys that sign, and for checking what was signed.

`verify` needs no installation and no network: keys, status lists and roots of the ledger
are files that were saved before. Heavy libraries are imported by the command that needs
them, as in `cli`.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duediligence.command import DAY, UNUSABLE, refuse

if TYPE_CHECKING:
    from duediligence.database import Connection
    from duediligence.proof.signing_key import PublicKey
    from duediligence.proof.verdict import Verdict
    from duediligence.settings import Settings

REFUSED = 1

_FILE = click.Path(path_type=Path)
_PURPOSE = click.Choice(["report", "credential"])
_LANGUAGE = click.option(
    "--lang", "language", type=click.Choice(["tk", "ru", "en"]), default="en", show_default=True, help="Language."
)
_ALGORITHM = click.option(
    "--algorithm",
    type=click.Choice(["ES256", "Ed25519"]),
    default="ES256",
    show_default=True,
    help="How the key signs; ES256 for reports.",
)
_PRIVATE = click.option("--private", type=_FILE, default=None, help="A private key of your own, as PEM; for reports.")
_CHAIN = click.option("--chain", type=_FILE, default=None, help="Its certificates, as PEM, the key's own first.")


@click.group("key")
def keys() -> None:
    """Make, renew and revoke the keys that sign reports and credentials."""


@keys.command()
@click.argument("purpose", type=_PURPOSE)
@_ALGORITHM
@_PRIVATE
@_CHAIN
@_LANGUAGE
def create(purpose: str, algorithm: str, private: Path | None, chain: Path | None, language: str) -> None:
    """Make a key for a PURPOSE that has none in use, or take one of your own."""
    with _writing() as (settings, connection):
        _say_made(_made(settings, connection, purpose, algorithm, private, chain), language)


@keys.command("list")
@_LANGUAGE
def list_keys(language: str) -> None:
    """List every key there ever was, and how it stands."""
    from duediligence.operation_words import sentence
    from duediligence.proof.certificate import ends
    from duediligence.store import signing_key
    from duediligence.terminal import table

    with _writing() as (_, connection):
        found = signing_key.load_all(connection)
    rows = [
        [
            one.id,
            one.purpose.value,
            one.algorithm.value,
            _day(one.created),
            _day(ends(one.certificates)) if one.certificates else "",
            sentence(_state(one), language, day=_day(one.revoked or one.retired), why=one.revoked_because),
        ]
        for one in found
    ]
    heading = [sentence(f"key_{name}", language) for name in ("id", "purpose", "algorithm", "since", "until", "state")]
    click.echo(table(rows, heading=heading))


@keys.command()
@click.argument("purpose", type=_PURPOSE)
@_ALGORITHM
@_PRIVATE
@_CHAIN
@_LANGUAGE
def rotate(purpose: str, algorithm: str, private: Path | None, chain: Path | None, language: str) -> None:
    """Put a new key in the place of the one in use for a PURPOSE; what the old one signed still stands."""
    from duediligence import signing
    from duediligence.operation_words import sentence
    from duediligence.proof.signing_key import Purpose

    with _writing() as (settings, connection):
        old = signing.retire(connection, Purpose(purpose), _now())
        made = _made(settings, connection, purpose, algorithm, private, chain)
    click.echo(sentence("key_retired", language, id=old.id))
    _say_made(made, language)


@keys.command()
@click.argument("key_id", metavar="ID")
@click.option("--because", required=True, help="Why, in a few words; it stands in the list of keys.")
@click.option(
    "--since", type=DAY, default=None, help="The day from which somebody else may have had it; now if not set."
)
@_LANGUAGE
def revoke(key_id: str, because: str, since: datetime | None, language: str) -> None:
    """Let nobody believe any more what the key ID signed, and make another where it was in use."""
    from duediligence import signing
    from duediligence.operation_words import sentence
    from duediligence.store import job as jobs
    from duediligence.workflow.standing import publication

    now = _now()
    moment = min(now, datetime.combine(since.date(), time(), UTC)) if since else now
    with _writing() as (settings, connection):
        key = signing.revoke(connection, key_id, moment, because, now)
        signing.prepare(settings, connection, now)
        jobs.enqueue(connection, publication(key.id, now), now)  # the lists that stand were signed with it
    click.echo(sentence("key_revoked", language, id=key.id, day=_day(moment)))


@keys.command()
@click.argument("folder", type=_FILE)
@_LANGUAGE
def export(folder: Path, language: str) -> None:
    """Write the public keys to FOLDER: did.json for `verify`, trust.pem for readers of PDF files."""
    import msgspec

    from duediligence.operation_words import sentence
    from duediligence.proof import certificate, did
    from duediligence.store import signing_key

    with _writing() as (settings, connection):
        found = signing_key.load_all(connection)
    folder.mkdir(parents=True, exist_ok=True)
    document = msgspec.json.format(msgspec.json.encode(did.document(settings.address, found)), indent=2)
    roots = {certificate.pem(certificate.chain(one.certificates)[-1]): None for one in found if one.certificates}
    for name, content in (("did.json", document + b"\n"), ("trust.pem", b"".join(roots))):
        (folder / name).write_bytes(content)
        click.echo(sentence("key_written", language, path=folder / name))


@click.command()
@click.argument("file", type=_FILE)
@click.option("--keys", "key_files", type=_FILE, multiple=True, help="Known keys: did.json, saved from the service.")
@click.option("--status", "lists", type=_FILE, multiple=True, help="Status lists, saved from the service.")
@click.option("--roots", type=_FILE, default=None, help="Roots of the ledger, saved from the service.")
@click.option("--growth", "proofs", type=_FILE, multiple=True, help="Proofs that one root goes on from another.")
@click.option(
    "--time", "witnesses", type=_FILE, default=None, help="Certificates (PEM) of those who may vouch for a time."
)
@click.option("--on", type=DAY, default=None, help="The day for which to check; today when left out.")
@_LANGUAGE
def verify(
    file: Path,
    key_files: tuple[Path, ...],
    lists: tuple[Path, ...],
    roots: Path | None,
    proofs: tuple[Path, ...],
    witnesses: Path | None,
    on: datetime | None,
    language: str,
) -> None:
    """Check a FILE that was signed, without a network; exit 1 where anything is refused."""
    from duediligence.operation_words import sentence
    from duediligence.proof import checking, saved

    if not key_files:
        refuse(sentence("verify_no_keys", language))
    known = checking.Known(
        keys=tuple(key for path in key_files for key in saved.keys(path)),
        status_lists=tuple(saved.status_list(path) for path in lists),
        heads=saved.heads(roots) if roots else (),
        growth=tuple(saved.growth(path) for path in proofs),
        at=datetime.combine(on.date(), time(12), UTC) if on else _now(),
        time_authorities=saved.content(witnesses) if witnesses else b"",
    )
    found = checking.check(saved.content(file), known)
    _tell(found, language)
    if found.kind == "unknown":
        raise SystemExit(UNUSABLE)
    if found.refused:
        raise SystemExit(REFUSED)


COMMANDS: tuple[click.Command, ...] = (keys, verify)


def _made(
    settings: "Settings",
    connection: "Connection",
    purpose: str,
    algorithm: str,
    private: Path | None,
    chain: Path | None,
) -> "PublicKey":
    from duediligence import signing
    from duediligence.proof import saved
    from duediligence.proof.signing_key import Algorithm, Purpose

    if private is None and chain is None:
        return signing.create(settings, connection, Purpose(purpose), _now(), Algorithm(algorithm))
    if private is None or chain is None or purpose != Purpose.REPORT:
        raise click.UsageError("A key of your own is for reports, and takes both --private and --chain.")
    return signing.bring(settings, connection, saved.content(private), saved.content(chain), _now())


def _say_made(key: "PublicKey", language: str) -> None:
    from duediligence.operation_words import sentence

    click.echo(sentence("key_made", language, id=key.id, purpose=key.purpose.value))


def _state(key: "PublicKey") -> str:
    if key.revoked:
        return "key_is_revoked"
    return "key_is_retired" if key.retired else "key_in_use"


def _tell(found: "Verdict", language: str) -> None:
    """Say what came of each check, and what of all of them."""
    from duediligence.operation_words import sentence
    from duediligence.proof.verdict import Outcome, title, words
    from duediligence.terminal import table
    from questionnaires.text import say

    rows = [
        [sentence(f"verify_{one.outcome}", language), say(title(one), language), say(words(one), language)]
        for one in found.checks
    ]
    click.echo(table(rows))
    open_ = sum(one.outcome is Outcome.NOT_CHECKED for one in found.checks)
    end = "verify_bad" if found.refused else "verify_partly" if open_ else "verify_good"
    click.echo(sentence(end, language, count=open_))


@contextmanager
def _writing() -> "Iterator[tuple[Settings, Connection]]":
    """Give the settings of the installation and a connection that writes to its database."""
    from duediligence import database
    from duediligence import settings as reading

    settings = reading.read(os.environ)
    database.upgrade(settings)
    with closing(database.opened(settings)) as db, db.writing() as connection:
        yield settings, connection


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _now() -> datetime:
    return datetime.now(UTC)
