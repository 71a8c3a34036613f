"""Answers that could endanger whoever gave them: a database and a key of their own.

Only `duediligence.workflow` imports this module; a test says so. Each answer is
sealed by itself and bound to its engagement and question, so that whoever can write
the database cannot put one in the place of another. It is padded before it is
sealed, so that the size of a row does not tell a short "no" from a long remark. What
the rows do show is which questions of an engagement were answered, and when.

The vault commits before the main database does, and has no part in its transaction.
Whoever saves an answer first takes the row of the engagement in the main database
(an UPDATE under the condition of its revision), then calls `keep`, then commits. If
the process dies in between, the vault holds an answer with a revision that the main
database never reached. That does no harm: it is what the same person meant to say,
and the next answer to that question takes its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Engine, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from duediligence.database import Connection, guarded
from duediligence.errors import NotFound
from duediligence.key import Key
from duediligence.store.protected_table import protected_answer, protected_document
from questionnaires.response import Answer

_STEP = 4096
"""Sealed content is padded to a multiple of this, in bytes; nearly every answer fits into one."""

_LENGTH_BYTES = 4


@dataclass(frozen=True)
class Vault:
    """The protected database and the key that opens what is in it."""

    engine: Engine
    key: Key

    def keep(self, engagement: str, revision: int, answers: Mapping[str, Answer], now: datetime) -> None:
        """Keep answers by question, each in the place of an earlier one.

        Args:
            engagement: its id.
            revision: of the response in the main database once it has committed too.
            answers: by question id.
            now: when they were given.

        Raises:
            Unavailable: the protected database does not answer.
        """
        with guarded(), self.engine.begin() as connection:
            for question, answer in answers.items():
                sealed = self.key.seal(_padded(msgspec.json.encode(answer)), _about_answer(engagement, question))
                row = {"engagement": engagement, "question": question, "revision": revision}
                _put(connection, protected_answer, {**row, "sealed": sealed, "at": now})

    def answers(self, engagement: str) -> dict[str, Answer]:
        """Return the answers of an engagement by question id.

        Raises:
            Tampered: a row was changed or moved, or the key is another.
            Unavailable: the protected database does not answer.
        """
        found = select(protected_answer.c.question, protected_answer.c.sealed).where(
            protected_answer.c.engagement == engagement
        )
        with guarded(), self.engine.begin() as connection:
            rows = connection.execute(found.order_by(protected_answer.c.question)).all()
        return {question: self._answer(engagement, question, sealed) for question, sealed in rows}

    def forget(self, engagement: str, question: str) -> None:
        """Erase one answer, if there is one.

        Raises:
            Unavailable: the protected database does not answer.
        """
        place = (protected_answer.c.engagement == engagement) & (protected_answer.c.question == question)
        with guarded(), self.engine.begin() as connection:
            connection.execute(delete(protected_answer).where(place))

    def keep_document(self, engagement: str, number: int, content: bytes, now: datetime) -> None:
        """Keep a document of an engagement that holds protected answers, in the place of one with its number.

        Raises:
            Unavailable: the protected database does not answer.
        """
        sealed = self.key.seal(_padded(content), _about_document(engagement, number))
        row = {"engagement": engagement, "number": number, "sealed": sealed, "at": now}
        with guarded(), self.engine.begin() as connection:
            _put(connection, protected_document, row)

    def document(self, engagement: str, number: int) -> bytes:
        """Return a document of an engagement.

        Raises:
            NotFound: there is none with this number.
            Tampered: it was changed or moved, or the key is another.
            Unavailable: the protected database does not answer.
        """
        place = (protected_document.c.engagement == engagement) & (protected_document.c.number == number)
        with guarded(), self.engine.begin() as connection:
            sealed = connection.execute(select(protected_document.c.sealed).where(place)).scalar_one_or_none()
        if sealed is None:
            raise NotFound(f"There is no protected document {number} of this assessment.")
        return _unpadded(self.key.open(sealed, _about_document(engagement, number)))

    def erase(self, engagement: str) -> None:
        """Erase every answer and document of an engagement.

        Raises:
            Unavailable: the protected database does not answer.
        """
        with guarded(), self.engine.begin() as connection:
            for kept in (protected_answer, protected_document):
                connection.execute(delete(kept).where(kept.c.engagement == engagement))

    def _answer(self, engagement: str, question: str, sealed: bytes) -> Answer:
        opened = self.key.open(sealed, _about_answer(engagement, question))
        return msgspec.json.decode(_unpadded(opened), type=Answer)


def _put(connection: Connection, kept: Table, row: Mapping[str, object]) -> None:
    """Insert a row, or replace the one with its primary key; one statement, so that two writers cannot collide."""
    place = [column.name for column in kept.primary_key]
    rest = {name: value for name, value in row.items() if name not in place}
    # Both dialects spell it alike; SQLAlchemy has no common word for it.
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(kept).values(row).on_conflict_do_update(index_elements=place, set_=rest))
    else:
        connection.execute(sqlite.insert(kept).values(row).on_conflict_do_update(index_elements=place, set_=rest))


def _about_answer(engagement: str, question: str) -> bytes:
    return f"answer/{engagement}/{question}".encode()


def _about_document(engagement: str, number: int) -> bytes:
    return f"document/{engagement}/{number}".encode()


def _padded(content: bytes) -> bytes:
    """Return the content behind its length, filled up to a multiple of `_STEP` bytes."""
    whole = len(content).to_bytes(_LENGTH_BYTES, "big") + content
    return whole.ljust(-(-len(whole) // _STEP) * _STEP, b"\x00")


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
