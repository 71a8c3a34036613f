"""The tables of the main database, on SQLite and PostgreSQL alike.

What is made once and read whole (a response, an assessment, a plan) is a
document in a column, with the columns that lists filter on beside it. People,
organisations, files, jobs and the ledger are ordinary rows. Rows named `*_change`
and the ledger are only ever added to.

Ids are UUIDs of version 7 in hexadecimal: they sort by the time they were made.
Protected answers are not here; they have a database and a key of their own.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC, as SQLite and PostgreSQL keep it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment with its time zone, which SQLite forgets."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id(*further: Any) -> Column[str]:  # noqa: ANN401
    return Column("id", String(32), *further, primary_key=True)


def _of(table: str, name: str = "", *, null: bool = False, index: bool = True) -> Column[str]:
    """Return a column that names a row of another table."""
    return Column(name or table, String(32), ForeignKey(f"{table}.id"), nullable=null, index=index)


organisation = Table(
    "organisation",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),  # firm, reviewing_body, operator
    Column("state_body", Boolean, nullable=False),
    Column("sector", String(40), nullable=False),  # a choice of pro.sector, "" where none applies
    Column("region", String(10), nullable=False),  # ISO 3166-2, "" where none applies
    Column("created", Moment, nullable=False),
    Column("disabled", Moment),
    Column("sample", Boolean, nullable=False),
    Index("ix_organisation_name", "name"),
)

site = Table(
    "site",
    metadata,
    _id(),
    _of("organisation"),
    Column("name", String(200), nullable=False),
    Column("region", String(10), nullable=False),
    Column("created", Moment, nullable=False),
)

person = Table(
    "person",
    metadata,
    _id(),
    Column("email", String(254), nullable=False, unique=True),  # in lower case; a login name where there is no mail
    Column("name", String(120), nullable=False),
    Column("language", String(2), nullable=False),
    Column("password", String(200), nullable=False),  # Argon2id; "" until one is chosen
    Column("totp", LargeBinary),  # the secret, sealed with the key of the service; None without a second factor
    Column("totp_step", Integer, nullable=False),  # the last step used, so that no code serves twice
    Column("created", Moment, nullable=False),
    Column("disabled", Moment),
    Column("failures", Integer, nullable=False),  # sign-ins that failed since the last good one
    Column("sample", Boolean, nullable=False),
)

passkey = Table(
    "passkey",
    metadata,
    _id(),
    _of("person"),
    Column("credential", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("uses", Integer, nullable=False),  # the authenticator's own counter
    Column("name", String(80), nullable=False),
    Column("created", Moment, nullable=False),
    Column("used", Moment),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the code
    _of("person"),
    Column("used", Moment),
)

membership = Table(
    "membership",
    metadata,
    _id(),
    _of("person"),
    _of("organisation"),
    Column("role", String(24), nullable=False),
    Column("sections", Text, nullable=False),  # JSON list; empty: every section
    Column("created", Moment, nullable=False),
    Column("ended", Moment),
    UniqueConstraint("person", "organisation", "role"),
)

invitation = Table(
    "invitation",
    metadata,
    _id(),
    _of("organisation"),
    Column("role", String(24), nullable=False),
    Column("sections", Text, nullable=False),
    Column("email", String(254), nullable=False),  # "" where it is handed over on paper
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the code in the link
    _of("person", "invited_by"),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("used", Moment),
    Column("withdrawn", Moment),
)

request_to_join = Table(
    "request_to_join",
    metadata,
    _id(),
    Column("organisation_name", String(200), nullable=False),
    Column("sector", String(40), nullable=False),
    Column("region", String(10), nullable=False),
    Column("email", String(254), nullable=False),
    Column("name", String(120), nullable=False),
    Column("language", String(2), nullable=False),
    Column("words", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("decided", Moment),
    Column("accepted", Boolean),
    _of("person", "decided_by", null=True),
)

session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token in the cookie
    _of("person"),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),  # written at most once in a few minutes
    Column("expires", Moment, nullable=False),
    Column("second_factor", Boolean, nullable=False),
    Column("agent", String(200), nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    _id(),
    Column("digest", String(64), nullable=False, unique=True),
    _of("person"),
    Column("name", String(80), nullable=False),
    Column("scope", String(20), nullable=False),  # read, write
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("used", Moment),
    Column("revoked", Moment),
)

engagement = Table(
    "engagement",
    metadata,
    _id(),
    _of("organisation"),
    _of("site"),
    Column("stage", String(20), nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("questionnaire", String(60), nullable=False),
    Column("questionnaire_version", String(20), nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("response", LargeBinary, nullable=False),  # JSON, without protected answers
    Column("revision", Integer, nullable=False),
    Column("answered", Integer, nullable=False),  # of the questions asked, for lists
    Column("asked", Integer, nullable=False),
    _of("person", "created_by"),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("submitted", Moment),
    Column("concluded", Moment),
    Column("expires", Date),
    Column("withdrawn", Moment),
    Column("withdrawn_reason", Text, nullable=False),
    Column("protected_released", Boolean, nullable=False),  # the firm lets its reviewers read protected answers
    _of("engagement", "carried_from", null=True),
    # What the last sealed assessment states, for lists; NULL before the first.
    Column("label", String(24)),
    Column("inherent", Float),
    Column("control", Float),
    Column("confidence", Float),
    Column("residual", Float),
    Column("low", Float),
    Column("high", Float),
    Column("band", String(20)),
    Column("coverage", Float),
    Column("indicators", Text, nullable=False),  # JSON: level by indicator, as a reviewer may see it; "{}" before
    Column("grave", Boolean, nullable=False),  # a strong sign was reported
    _of("person", "reviewer", null=True),
    _of("person", "second_reviewer", null=True),
    Column("sample", Boolean, nullable=False),
    Index("ix_engagement_stage_submitted", "stage", "submitted"),
    Index("ix_engagement_stage_residual", "stage", "residual"),
    CheckConstraint("ends >= begins", "period"),
)

answer_change = Table(
    "answer_change",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("question", String(60), primary_key=True),
    Column("old", LargeBinary),  # JSON; None without an answer, and for protected questions
    Column("new", LargeBinary),
    _of("person", "by", index=False),
    Column("at", Moment, nullable=False),
)

confirmation = Table(
    "confirmation",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("question", String(60), primary_key=True),  # an answer carried over that a person has yet to confirm
)

given_section = Table(
    "given_section",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("section", String(40), primary_key=True),
    Column("person", String(32), ForeignKey("person.id"), primary_key=True),
)

opinion = Table(
    "opinion",
    metadata,
    _id(),
    _of("engagement"),
    Column("kind", String(12), nullable=False),  # cosigned, dissents
    Column("sealed", LargeBinary, nullable=False),  # words of a worker representative, sealed with the protected key
    Column("at", Moment, nullable=False),
)

sealed = Table(
    "sealed",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("reason", String(40), nullable=False),  # the step that made it
    Column("document", LargeBinary, nullable=False),  # JSON: the assessment as a reviewer may see it
    Column("digest", String(64), nullable=False),  # SHA-256 of the copy that may travel
    Column("at", Moment, nullable=False),
)

review_entry = Table(
    "review_entry",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("question", String(60), nullable=False),  # "" where it speaks of the whole
    Column("content", LargeBinary, nullable=False),  # JSON
    Column("reason", Text, nullable=False),
    _of("person", "by", index=False),
    Column("at", Moment, nullable=False),
)

interest = Table(
    "interest",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("person", String(32), ForeignKey("person.id"), primary_key=True),
    Column("words", Text, nullable=False),  # ties to the firm; "" when none was declared
    Column("at", Moment, nullable=False),
)

message = Table(
    "message",
    metadata,
    _id(),
    _of("engagement"),
    Column("question", String(60), nullable=False),
    Column("words", Text, nullable=False),
    _of("person", "by", index=False),
    Column("from_firm", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

plan = Table(
    "plan",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("document", LargeBinary, nullable=False),  # JSON: the plan as it was drawn up
    Column("drawn_up", Moment, nullable=False),
    Column("overdue", Boolean, nullable=False),  # an immediate or urgent action is
)

plan_change = Table(
    "plan_change",
    metadata,
    Column("engagement", String(32), ForeignKey("plan.engagement"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("remedy", String(40), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("content", LargeBinary, nullable=False),  # JSON
    Column("reason", Text, nullable=False),
    _of("person", "by", index=False),
    Column("at", Moment, nullable=False),
)

file = Table(
    "file",
    metadata,
    _id(),
    _of("organisation"),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),  # bytes; 0 once erased
    Column("media_type", String(80), nullable=False),
    Column("name", String(200), nullable=False),
    Column("dated", Date),  # of the document itself
    Column("valid_until", Date),
    Column("shared", Boolean, nullable=False),  # reviewers may open it; a private one is only counted
    Column("uploaded", Moment, nullable=False),
    _of("person", "uploaded_by", index=False),
    Column("erased", Moment),
    Column("erased_reason", Text, nullable=False),
    Index("ix_file_sha256", "sha256"),
)

file_link = Table(
    "file_link",
    metadata,
    Column("file", String(32), ForeignKey("file.id"), primary_key=True),
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("question", String(60), primary_key=True),
    Column("at", Moment, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 without a gap
    Column("previous", String(64), nullable=False, unique=True),  # the seal before; unique, so that no chain forks
    Column("seal", String(64), nullable=False, unique=True),
    Column("event", String(60), nullable=False),
    Column("subject", String(32), nullable=False),
    Column("by", String(32), nullable=False),  # a person, or "" for the service itself
    Column("at", Moment, nullable=False),
    Column("facts", LargeBinary, nullable=False),  # JSON: digests, versions, numbers; never words of people
    Index("ix_ledger_subject", "subject"),
)

ledger_root = Table(
    "ledger_root",
    metadata,
    Column("day", Date, primary_key=True),
    Column("number", Integer, nullable=False),  # of the last entry of the day
    Column("seal", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

job = Table(
    "job",
    metadata,
    _id(),
    Column("kind", String(40), nullable=False),
    Column("arguments", LargeBinary, nullable=False),  # JSON
    Column("once", String(120), nullable=False, unique=True),  # the same work is never queued twice under one name
    Column("state", String(12), nullable=False),  # queued, running, done, failed, cancelled
    Column("due", Moment, nullable=False),
    Column("lease", Moment),  # a worker that is silent beyond it has died
    Column("worker", String(64), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("progress", Float, nullable=False),  # 0 to 1
    Column("result", LargeBinary),  # JSON
    Column("failure", Text, nullable=False),
    _of("organisation", null=True),
    _of("person", "by", null=True, index=False),
    Column("created", Moment, nullable=False),
    Column("ended", Moment),
    Index("ix_job_state_due", "state", "due"),
)

product = Table(
    "product",
    metadata,
    _id(),
    _of("organisation"),
    Column("job", String(32), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("name", String(200), nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
)
"""A file that a job made for somebody to fetch: a report, an export."""

contact = Table(
    "contact",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("reach", String(200), nullable=False),  # number or address
    Column("languages", String(20), nullable=False),
    Column("hours", String(120), nullable=False),
    Column("checked", Date),  # the day somebody called and it answered; not shown without, nor when old
    _of("person", "checked_by", null=True, index=False),
    Column("withdrawn", Moment),
)

safety_check = Table(
    "safety_check",
    metadata,
    _id(),
    _of("engagement"),
    Column("due", Date, nullable=False),
    Column("done", Moment),
    Column("outcome", String(20), nullable=False),  # "", no_sign, sign, not_possible
)
"""A day on which somebody looks whether anyone suffered for having spoken."""

setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
    _of("person", "by", null=True, index=False),
    Column("at", Moment, nullable=False),
)

repeated = Table(
    "repeated",
    metadata,
    Column("person", String(32), ForeignKey("person.id"), primary_key=True),
    Column("key", String(80), primary_key=True),  # the client's idempotency key
    Column("request", String(64), nullable=False),  # SHA-256 of method, path and body
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Answers already given to requests that may be sent twice."""

webhook = Table(
    "webhook",
    metadata,
    _id(),
    _of("organisation"),
    Column("url", String(500), nullable=False),
    Column("secret", LargeBinary, nullable=False),  # sealed with the key of the service
    Column("created", Moment, nullable=False),
    Column("disabled", Moment),
)
