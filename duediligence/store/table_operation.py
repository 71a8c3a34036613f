"""Tables of what the service keeps beside assessments: files, the ledger, jobs, contacts, settings."""

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from duediligence.store.schema import Moment, id_, metadata, of

file = Table(
    "file",
    metadata,
    id_(),
    of("organisation"),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),  # bytes; 0 once erased
    Column("media_type", String(80), nullable=False),
    Column("name", String(200), nullable=False),
    Column("dated", Date),  # of the document itself
    Column("valid_until", Date),
    Column("shared", Boolean, nullable=False),  # reviewers may open it; a private one is only counted
    Column("uploaded", Moment, nullable=False),
    of("person", "uploaded_by", index=False),
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
    id_(),
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
    of("organisation", null=True),
    of("person", "by", null=True, index=False),
    Column("created", Moment, nullable=False),
    Column("ended", Moment),
    Column("trace", String(55), nullable=False, server_default=""),  # W3C traceparent of what ordered it
    Index("ix_job_state_due", "state", "due"),
)

product = Table(
    "product",
    metadata,
    id_(),
    of("organisation"),
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
    id_(),
    Column("name", String(200), nullable=False),
    Column("reach", String(200), nullable=False),  # number or address
    Column("languages", String(20), nullable=False),
    Column("hours", String(120), nullable=False),
    Column("checked", Date),  # the day somebody called and it answered; not shown without, nor when old
    of("person", "checked_by", null=True, index=False),
    Column("withdrawn", Moment),
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
    of("person", "by", null=True, index=False),
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
    id_(),
    of("organisation"),
    Column("url", String(500), nullable=False),
    Column("secret", LargeBinary, nullable=False),  # sealed with the key of the service
    Column("created", Moment, nullable=False),
    Column("disabled", Moment),
)

statistics_release = Table(
    "statistics_release",
    metadata,
    Column("quarter", String(7), primary_key=True),  # 2026-Q3
    Column("document", LargeBinary, nullable=False),  # JSON: what is published
    Column("firms", LargeBinary, nullable=False),  # JSON: what it was taken of; never published
    Column("at", Moment, nullable=False),
)
