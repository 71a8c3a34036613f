"""Letters say that there is something to see, in the reader's language, and nothing more."""

import email
import email.policy
import re
import socketserver
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from string import Formatter
from threading import Thread

import msgspec
import pytest
from sqlalchemy import select

from duediligence import mail
from duediligence.errors import Unusable
from duediligence.job import State
from duediligence.jobs import Bench, work_one
from duediligence.key import read_or_make
from duediligence.mail import Letter, Subject, message, wording
from duediligence.settings import Settings
from duediligence.store import job as store
from duediligence.store.table import job
from duediligence.worker import KINDS
from questionnaires import content
from questionnaires.text import LANGUAGES

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SETTINGS = Settings(address="https://due.example", mail_from="service@due.example")
BANNED = Path(mail.__file__).parent / "texts" / "banned.yaml"

EVERY_LETTER = [(subject, language) for subject in Subject for language in LANGUAGES]


def letter(subject: Subject = Subject.INVITATION, language: str = "en", **more) -> Letter:
    facts = {"to": "lead@firm.example", "link": "/invitation/ABCD", "organisation": "Altyn Pagta"} | more
    return Letter(subject=subject, language=language, until=date(2026, 12, 6), **facts)


def bench(db, settings: Settings) -> Bench:
    key = read_or_make(settings.key_path())
    return Bench(db=db, settings=settings, key=key, clock=lambda: NOW, kinds=KINDS, lease=timedelta(minutes=1))


def post(db, settings: Settings, one: Letter, once: str = "one") -> str | None:
    with db.writing() as connection:
        return mail.post(connection, read_or_make(settings.key_path()), one, once, NOW)


def written(settings: Settings) -> list[EmailMessage]:
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((settings.folder / "mail").glob("*.eml"))
    ]


class MailServer(socketserver.StreamRequestHandler):
    """As much of a mail server as it takes: says yes to all but the addresses it is told to refuse."""

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            self.server.heard.append(line)
            match line.split(":")[0].split()[0].upper():
                case "EHLO":
                    self.say("250 here")
                case "RCPT":
                    self.say("250 ok" if "refused" not in line else "451 later")
                case "DATA":
                    self.say("354 go on")
                    self.server.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.say("250 taken")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(host: str = "127.0.0.1") -> Iterator[socketserver.ThreadingTCPServer]:
    with socketserver.ThreadingTCPServer((host, 0), MailServer) as server:
        server.letters, server.heard = [], []
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def by_smtp(settings: Settings, server: socketserver.ThreadingTCPServer, user: str = "") -> Settings:
    host, port = server.server_address
    return msgspec.structs.replace(settings, mail=f"smtp://{user}{host}:{port}")


def waits(db, identifier: str) -> str:
    """Return why a letter waits for its next try."""
    with db.reading() as connection:
        found = store.load(connection, identifier)
    assert found.state is State.QUEUED
    return found.failure


@pytest.mark.parametrize(("subject", "language"), EVERY_LETTER)
def test_every_letter_can_be_written_in_every_language(subject, language):
    text = message(letter(subject, language), SETTINGS).get_content()
    assert "https://due.example/invitation/ABCD" in text
    assert "{" not in text


@pytest.mark.parametrize("subject", Subject)
def test_every_language_names_the_same_facts(subject):
    words = wording().letters[subject]
    assert set(words.body) == set(words.subject) == set(LANGUAGES)
    fields = {tuple(field for _, field, _, _ in Formatter().parse(body) if field) for body in words.body.values()}
    assert len(fields) == 1


def test_a_letter_has_room_for_a_link_a_name_and_a_day_alone():
    assert set(Letter.__struct_fields__) == {"subject", "to", "language", "link", "organisation", "until"}


@pytest.mark.parametrize(("subject", "language"), EVERY_LETTER)
def test_no_letter_speaks_of_findings_levels_bands_or_answers(subject, language):
    """`domain/regulation.md` 6: no case facts in mail."""
    words = wording().letters[subject]
    whole = f"{words.subject[language]} {words.body[language]}".lower()
    telling = {
        "en": (
            "risk",
            "forced",
            "finding",
            "sign of",
            "level",
            "band",
            "score",
            "grave",
            "strong",
            "retaliat",
            "action",
        ),
        "ru": ("риск", "принуд", "вывод", "признак", "уровень", "балл", "тяжк", "наруш", "преследован", "мера"),
        "tk": ("töwekgel", "mejbur", "alamat", "dereje", "bal\\b", "agyr", "bozul", "yzarla", "çäre"),
    }
    assert not [word for word in telling[language] if re.search(rf"\b{word}", whole)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_uses_a_banned_phrase(language):
    banned = content.read(BANNED, dict[str, list[str]])[language]
    whole = " ".join(
        [wording().greeting[language], wording().closing[language]]
        + [f"{words.subject[language]} {words.body[language]}" for words in wording().letters.values()]
    ).lower()
    assert not [phrase for phrase in banned if phrase in whole]


def test_letters_say_that_no_native_speaker_has_read_them():
    assert not wording().reviewed


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "elsewhere", "", "@elsewhere.example/"])
def test_a_letter_never_links_elsewhere(link):
    with pytest.raises(ValueError, match="service alone"):
        message(letter(link=link), SETTINGS)


def test_the_name_of_an_organisation_cannot_begin_a_line_of_its_own():
    text = message(letter(organisation="Altyn\n\nhttps://elsewhere.example\n"), SETTINGS).get_content()
    assert "\nhttps://elsewhere" not in text


@pytest.mark.parametrize("address", ["a@b.example\r\nBcc: all@firm.example", "a@b.example, c@d.example", "a b@c.d"])
def test_an_address_is_one_address(address):
    with pytest.raises(ValueError, match=r"."):
        message(letter(to=address), SETTINGS)


def test_a_letter_says_that_a_machine_wrote_it():
    found = message(letter(), SETTINGS)
    assert found["Auto-Submitted"] == "auto-generated"
    assert not [name for name in found.keys() if name.startswith("List-")]  # noqa: SIM118


def test_a_letter_is_plain_text_that_every_mail_server_can_carry():
    found = message(letter(language="tk"), SETTINGS)
    assert found.get_content_type() == "text/plain"
    assert found.as_bytes().isascii()


def test_without_a_mail_server_a_letter_is_a_file_for_its_owner_alone(db, settings):
    identifier = post(db, settings, letter(language="ru"))
    work_one(bench(db, settings), "a")
    file = settings.folder / "mail" / f"{identifier}.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Приглашение" in written(settings)[0]["Subject"]


def test_a_letter_sent_again_is_known_by_its_id(db, settings):
    identifier = post(db, settings, letter())
    work_one(bench(db, settings), "a")
    assert written(settings)[0]["Message-ID"] == f"<{identifier}@127.0.0.1>"


def test_a_letter_of_one_name_is_sent_once(db, settings):
    assert post(db, settings, letter()) == post(db, settings, letter())


def test_nobody_without_mail_is_written_to(db, settings):
    assert post(db, settings, letter(to="login_name")) is None


def test_a_link_that_opens_an_account_is_not_readable_in_the_database(db, settings):
    post(db, settings, letter())
    with db.reading() as connection:
        kept = connection.scalar(select(job.c.arguments))
    assert b"ABCD" not in kept
    assert b"lead@firm" not in kept


def test_a_letter_goes_through_a_mail_server(db, settings):
    post(db, settings, letter(language="tk"))
    with mail_server() as server:
        work_one(bench(db, by_smtp(settings, server)), "a")
    found = email.message_from_bytes(server.letters[0], policy=email.policy.default)
    assert (found["To"], found["Subject"]) == ("lead@firm.example", "Çakylyk")


@pytest.mark.parametrize("address", ["mail.firm.example", "https://mail.firm.example", "smtp://", "smtp://host:port"])
def test_an_address_that_is_no_mail_server_is_refused(address):
    with pytest.raises(Unusable):
        mail.server(Settings(mail=address))


def test_a_letter_that_the_mail_server_refuses_is_tried_again(db, settings):
    identifier = post(db, settings, letter(to="refused@firm.example"))
    with mail_server() as server:
        work_one(bench(db, by_smtp(settings, server)), "a")
    assert waits(db, identifier) == "The mail server did not take a letter: it answered 451."


def test_a_letter_waits_for_a_mail_server_that_is_gone(db, settings):
    identifier = post(db, settings, letter())
    with mail_server() as server:
        gone = by_smtp(settings, server)
    work_one(bench(db, gone), "a")
    assert waits(db, identifier) == "The mail server did not take a letter: ConnectionRefusedError."


def test_a_password_never_goes_over_the_network_in_the_clear(db, settings):
    identifier = post(db, settings, letter())
    with mail_server("127.0.0.2") as server:  # which is not the address that counts as nearby
        work_one(bench(db, by_smtp(settings, server, user="service:secret@")), "a")
    assert "no encryption" in waits(db, identifier)
    assert not [line for line in server.heard if line.startswith("AUTH")]


def test_a_letter_waits_for_a_folder_that_cannot_be_written(db, settings):
    (settings.folder / "mail").write_text("a file in the place of the folder")
    identifier = post(db, settings, letter())
    work_one(bench(db, settings), "a")
    assert "folder of letters" in waits(db, identifier)
