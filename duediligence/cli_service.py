"""The commands that run the service: started, looked after, saved, shown.

Settings come from the environment, see `settings.read`. Heavy libraries are imported by
the command that needs them, as in `cli`.
"""

import os
import shutil
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duediligence.command import refuse

if TYPE_CHECKING:
    from duediligence.settings import Settings
    from duediligence.workflow.installation import Installation

PROBLEMS = 1

_FILE = click.Path(path_type=Path)
_LANGUAGE = click.option(
    "--lang", "language", type=click.Choice(["tk", "ru", "en"]), default="en", show_default=True, help="Language."
)
_LOG = click.option(
    "--log",
    type=click.Choice(["people", "programs"]),
    default=None,
    help="Lines for people or JSON for programs; by whether a person watches when left out.",
)
_ROLES = (
    "administrator",
    "observer",
    "auditor",
    "second_reviewer",
    "lead_auditor",
    "company_lead",
    "respondent",
    "worker_representative",
    "exporter",
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen at.")
@_LOG
@_LANGUAGE
def serve(host: str, port: int, log: str | None, language: str) -> None:
    """Run the service: pages, programming interface and worker."""
    from duediligence import serving
    from duediligence.operation_words import sentence

    _set_up_log(log)
    settings = serving.located(_settings(), port)

    def ready() -> None:
        click.echo(sentence("open_here", language, address=settings.address))
        if path := _set_up_path(settings):
            click.echo(sentence("set_up", language, address=settings.address + path))
        click.echo(sentence("try_samples", language, program=_program()))

    serving.serve(settings, (host, port), ready)
    click.echo(sentence("stopped", language))


@click.command()
@click.option("--beside", is_flag=True, hidden=True)  # as `serve` starts it: it ends when its standard input closes
@_LOG
@_LANGUAGE
def worker(log: str | None, language: str, *, beside: bool) -> None:
    """Work through jobs beside the service, which then is told DUE_WORKER=false."""
    from duediligence import serving
    from duediligence.operation_words import sentence

    _set_up_log(log)
    serving.work(_settings(), _now, lambda: click.echo(sentence("working", language)), beside=beside)
    click.echo(sentence("stopped", language))


@click.group("database")
def databases() -> None:
    """Bring the databases up to date, save them, bring them back, move them."""


@databases.command()
@_LANGUAGE
def upgrade(language: str) -> None:
    """Bring both databases to the newest schema."""
    from duediligence import database
    from duediligence.operation_words import sentence

    database.upgrade(_settings())
    click.echo(sentence("upgraded", language))


@databases.command()
@click.argument("target", type=_FILE)
@_LANGUAGE
def copy(target: Path, language: str) -> None:
    """Copy all rows to the databases that TARGET, a file of settings, names; nothing may be in them."""
    from duediligence import backup
    from duediligence import settings as reading
    from duediligence.operation_words import sentence

    arrived = backup.copy(_settings(), reading.read({f"{reading.PREFIX}SETTINGS": str(target)}))
    rows = sum(content.rows for content in arrived.values())
    click.echo(sentence("copied", language, rows=rows, tables=len(arrived)))


@databases.command("backup")
@click.argument("file", type=_FILE)
@_LANGUAGE
def back_up(file: Path, language: str) -> None:
    """Write databases and files, but no keys, to a new FILE; the service may run meanwhile."""
    from duediligence import backup
    from duediligence.operation_words import sentence

    settings = _settings()
    manifest = backup.back_up(settings, file, _now())
    backup.remember(settings, manifest, _now())
    click.echo(sentence("backed_up", language, path=file, number=manifest.number))
    click.echo(sentence("keys_apart", language, keys=_keys(settings)), err=True)


@databases.command()
@click.argument("file", type=_FILE)
@_LANGUAGE
def restore(file: Path, language: str) -> None:
    """Bring back what a backup FILE holds, into databases with nothing in them."""
    from duediligence import backup
    from duediligence.operation_words import sentence

    settings = _settings()
    manifest = backup.restore(settings, file)
    made = f"{manifest.made:%Y-%m-%d %H:%M} UTC"
    click.echo(sentence("restored", language, made=made, number=manifest.number, keys=_keys(settings)))


@databases.command()
@_LANGUAGE
def verify(language: str) -> None:
    """Say whether the databases are whole and the ledger is as it was written; exit 1 where not."""
    from duediligence import backup
    from duediligence.key import Tampered
    from duediligence.operation_words import sentence

    try:
        backup.verify(_settings())
    except Tampered as error:
        click.echo(str(error), err=True)
        raise SystemExit(PROBLEMS) from error
    click.echo(sentence("whole", language))


@click.group()
def user() -> None:
    """Let people in without an invitation."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="Their name.")
@click.option("--role", type=click.Choice(_ROLES), default="administrator", show_default=True, help="What they are.")
@click.option("--organisation", default="", help="The name of their organisation; by default who runs the service.")
@_LANGUAGE
def create(email: str, name: str, role: str, organisation: str, language: str) -> None:
    """Make an account for EMAIL, an address or sign-in name, and show the link by which its password is chosen."""
    from duediligence.accounts import admission
    from duediligence.accounts.invitation import NewPerson
    from duediligence.errors import NotFound, Unfit
    from duediligence.operation_words import sentence
    from duediligence.organisation import Role
    from duediligence.terminal import complain

    new = NewPerson(email=email, name=name, language=language, password="")
    try:
        with _installation() as installation, installation.db.writing() as connection:
            found = admission.admit(connection, new, Role(role), organisation, _now())
    except Unfit as error:
        complain(error.problems, language)
        raise SystemExit(PROBLEMS) from error
    except NotFound:
        refuse(sentence("no_organisation" if organisation else "no_operator", language, name=organisation))
    address = f"{_settings().address}/reset/{found.code}"
    click.echo(sentence("user_made", language, name=found.person.name, email=found.person.email, address=address))


@click.command()
@click.option("--remove", is_flag=True, help="Take all samples out again.")
@_LANGUAGE
def demo(*, remove: bool, language: str) -> None:
    """Bring in invented firms, people and assessments to look around with, each marked as a sample."""
    from duediligence.errors import NotAllowed, WrongMoment
    from duediligence.operation_words import sentence
    from duediligence.terminal import table
    from duediligence.workflow import sample

    if remove:
        with _installation() as installation:
            gone = sample.remove(installation, _now())
        facts = {"organisations": gone.organisations, "people": gone.people, "assessments": gone.assessments}
        click.echo(sentence("demo_removed", language, **facts))
        if gone.kept:
            click.echo(sentence("demo_kept", language, people=gone.kept))
        return
    try:
        with _installation() as installation:
            found = sample.make(installation, _now(), language)
    except WrongMoment:
        refuse(sentence("demo_there", language))
    except NotAllowed:
        refuse(sentence("demo_real", language))
    click.echo(sentence("demo_made", language, address=_settings().address))
    rows = [[one.sign_in, one.password, one.role.replace("_", " "), one.organisation] for one in found]
    click.echo(table(rows))


@click.command()
@_LANGUAGE
def doctor(language: str) -> None:
    """Look at every part of the installation, and say what is wrong and how to mend it; exit 1 where anything is."""
    from duediligence.doctor import examine
    from duediligence.operation_words import sentence
    from duediligence.terminal import table

    found = list(examine(_settings(), _now()))
    rows = [
        [
            sentence("fine" if one.fine else "wrong", language),
            sentence(one.part, language),
            sentence(one.says, language, **one.facts),
        ]
        for one in found
    ]
    click.echo(table(rows))
    wrong = sum(not one.fine for one in found)
    click.echo(sentence("unwell" if wrong else "healthy", language, count=wrong))
    if wrong:
        raise SystemExit(PROBLEMS)


COMMANDS: tuple[click.Command, ...] = (serve, worker, databases, user, demo, doctor)


def _settings() -> "Settings":
    from duediligence import settings

    return settings.read(os.environ)


def _installation() -> "closing[Installation]":
    from duediligence.workflow.installation import opened

    return closing(opened(_settings()))


def _set_up_log(kind: str | None) -> None:
    from duediligence import log

    log.set_up(lines=kind == "programs" if kind else not sys.stderr.isatty())


def _set_up_path(settings: "Settings") -> str | None:
    from duediligence import database, key
    from duediligence.accounts import first_administrator

    with closing(database.opened(settings)) as db, db.reading() as connection:
        return first_administrator.path(connection, key.read_or_make(settings.key_path()), _now())


def _program() -> str:
    """Return how to call this program: by its name where the shell finds it, by its path otherwise."""
    return "duediligence" if shutil.which("duediligence") else os.path.relpath(sys.argv[0])


def _keys(settings: "Settings") -> str:
    return f"{settings.key_path()}, {settings.protected_key_path()}, {settings.signing_folder()}"


def _now() -> datetime:
    return datetime.now(UTC)
