"""Letters to people: that there is something to see, and where; never what it is.

A mailbox is read by others: on a shared telephone, at the desk of a boss, by
whoever runs the mail server. So a letter has no room for an answer, a finding or
a level. Its link leads back here, where people sign in; the one in an invitation
opens an account, and is kept sealed until the letter has gone.

A letter is sent at least once. Its Message-ID and the name of its file come from
the id of the job, so that a second copy is known for what it is.
"""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from enum import StrEnum
from functools import cache
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from duediligence.database import Connection
from duediligence.errors import Unavailable, Unusable
from duediligence.job import Context, Done, Order
from duediligence.key import Key
from duediligence.reports import texts
from duediligence.settings import Settings
from duediligence.store import job as store
from questionnaires import content
from questionnaires.text import Text, say

_FILE = Path(__file__).parent / "texts" / "mail.yaml"
_SECONDS = 30
"""How long a mail server may take for one answer."""
_SUBMISSION, _SUBMISSION_TLS = 587, 465
_NEARBY = ("localhost", "127.0.0.1", "::1")


class Subject(StrEnum):
    """What a letter is about."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105  no password
    REMINDER_DUE = "reminder_due"
    OVERDUE = "overdue"
    DRAFT_WAITING = "draft_waiting"
    QUESTION_FROM_REVIEWER = "question_from_reviewer"
    ANSWER_FROM_FIRM = "answer_from_firm"
    SECTION_GIVEN = "section_given"
    FILE_GIVEN = "file_given"
    REVIEW_CONCLUDED = "review_concluded"
    REPORT_READY = "report_ready"
    ACCESS_REQUESTED = "access_requested"
    PARTNER_ASKED = "partner_asked"
    PARTNER_CODE = "partner_code"
    CONSENT_WAITING = "consent_waiting"
    ATTESTATION_CHANGED = "attestation_changed"


class Letter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One letter; there is no field that could hold a finding."""

    subject: Subject
    to: str  # address
    language: str
    link: str  # path within the service; it begins with a slash
    organisation: str = ""  # that invites
    until: date | None = None  # the day that the letter names


class Posted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A letter on its way, sealed with the key of the service: a link in it may open an account."""

    subject: Subject
    sealed: bytes


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one kind of letter says."""

    subject: Text
    body: Text


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What letters say."""

    reviewed: bool  # by a native speaker of each language
    greeting: Text
    closing: Text
    letters: dict[Subject, Words]


@cache
def wording() -> Wording:
    """Return what letters say, in every language."""
    return content.read(_FILE, Wording)


def post(connection: Connection, key: Key, letter: Letter, once: str, now: datetime) -> str | None:
    """Return the id of the job that sends a letter; None where the addressee has no mail.

    Args:
        connection: a writing one; the letter goes once its transaction is kept.
        key: of the service.
        letter: what to send.
        once: a second letter of this name is not sent; at most 120 characters.
        now: the time.
    """
    if "@" not in letter.to:
        return None  # a login name: this person finds everything after signing in
    posted = Posted(letter.subject, key.seal(msgspec.json.encode(letter), _about(letter.subject)))
    return store.enqueue(connection, Order(kind="mail", arguments=posted, once=once), now)


def send(context: Context, posted: Posted) -> Done:
    """Send one letter, by SMTP or into the folder of letters.

    Raises:
        Unavailable: the mail server or the disk does not take it.
        Tampered: the row was changed, or the key of the service is another.
    """
    letter = msgspec.json.decode(context.key.open(posted.sealed, _about(posted.subject)), type=Letter)
    whole = message(letter, context.settings)
    host = urlsplit(context.settings.address).hostname or "localhost"
    whole["Message-ID"] = f"<{context.job}@{host}>"
    whole["Date"] = context.clock()
    if (where := server(context.settings)) is None:
        _put(context.settings.folder / "mail", context.job, whole)
    else:
        _deliver(where, whole)
    return Done()


def server(settings: Settings) -> SplitResult | None:
    """Return the address of the mail server; None where letters are put into a folder.

    Raises:
        Unusable: the setting is no such address.
    """
    if not settings.mail:
        return None
    where = urlsplit(settings.mail)
    try:
        fits = where.scheme in ("smtp", "smtps") and where.hostname and (where.port is None or where.port > 0)
    except ValueError:
        fits = False
    if not fits:
        raise Unusable("DUE_MAIL must read like smtp://user:password@host:587 or smtps://user:password@host:465.")
    return where


def message(letter: Letter, settings: Settings) -> EmailMessage:
    """Return a letter as it is sent, but for its date and id.

    Raises:
        ValueError: the address is none, or the link leads elsewhere.
        KeyError: the letter lacks what its words name.
    """
    if not letter.link.startswith("/"):
        raise ValueError("a letter links to the service alone")
    words, language = wording(), letter.language
    facts = {"organisation": " ".join(letter.organisation.split())} if letter.organisation else {}
    if letter.until:
        facts["until"] = texts.read(language).day(letter.until)
    body = say(words.letters[letter.subject].body, language).format(**facts)
    paragraphs = (say(words.greeting, language), body, settings.address + letter.link, say(words.closing, language))

    whole = EmailMessage(WIRE)
    whole["From"] = Address(addr_spec=settings.mail_from)
    whole["To"] = Address(addr_spec=letter.to)
    whole["Subject"] = say(words.letters[letter.subject].subject, language)
    whole["Auto-Submitted"] = "auto-generated"
    whole.set_content("\n\n".join(paragraphs) + "\n", cte="quoted-printable")
    whole["Content-Language"] = language  # after the content, which takes away what was said of another
    return whole


def _about(subject: Subject) -> bytes:
    return f"letter:{subject}".encode()


def _put(folder: Path, job: str, whole: EmailMessage) -> None:
    """Write a letter as a file that is there whole or not at all, for its owner alone to read."""
    beside = folder / f".{job}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(beside, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(whole.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(folder / f"{job}.eml")
    except OSError as error:
        raise Unavailable(f"The folder of letters cannot be written: {error.strerror}.") from error


def _deliver(where: SplitResult, whole: EmailMessage) -> None:
    """Hand a letter to the mail server."""
    try:
        with _connected(where) as connection:
            connection.send_message(whole)
    except OSError as error:  # every SMTPException is one
        raise Unavailable(f"The mail server did not take a letter: {_answer(error)}.") from error


@contextmanager
def _connected(where: SplitResult) -> Iterator[smtplib.SMTP]:
    """Give a mail server that knows us; a password never goes over the network in the clear."""
    host, tls = where.hostname or "", ssl.create_default_context()
    private = where.scheme == "smtps"
    if private:
        found: smtplib.SMTP = smtplib.SMTP_SSL(host, where.port or _SUBMISSION_TLS, timeout=_SECONDS, context=tls)
    else:
        found = smtplib.SMTP(host, where.port or _SUBMISSION, timeout=_SECONDS)
    with found:
        found.ehlo()
        if not private and found.has_extn("starttls"):
            found.starttls(context=tls)
            private = True
        if where.username and not (private or host in _NEARBY):
            raise Unavailable("The mail server offers no encryption, so the password was not sent.")
        if where.username:
            found.login(unquote(where.username), unquote(where.password or ""))
        yield found


def _answer(error: OSError) -> str:
    """Return what a mail server answered, as a number; its words may name people."""
    match error:
        case smtplib.SMTPResponseException():
            return f"it answered {error.smtp_code}"
        case smtplib.SMTPRecipientsRefused():
            return "it answered " + ", ".join(sorted({str(code) for code, _ in error.recipients.values()}))
    return type(error).__name__
