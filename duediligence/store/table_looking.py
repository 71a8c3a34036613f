"""Tables of where reviewers look: prompts, numbers of files, learned orders, the queue of the day, blind readings."""

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Integer, LargeBinary, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from duediligence.store.schema import Moment, id_, metadata, of

look = Table(
    "look",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("rule_set", String(80), nullable=False),  # id and version of the rules the numbers are from
    Column("rule", Float, nullable=False),  # the order of the rule set as one number
    Column("features", LargeBinary, nullable=False),  # JSON: what else is known of the file as it was handed in
    Column("at", Moment, nullable=False),
    Column("together", Moment, index=True),  # looked at beside other files; NULL before
    Column("by_chance", Boolean, nullable=False),  # chance had drawn it when a reviewer took it
)

look_missed = Table(
    "look_missed",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("content", LargeBinary, nullable=False),  # JSON: for want of how many firms
)
"""Looks of one kind that could not be taken."""

prompt = Table(
    "prompt",
    metadata,
    id_(),
    of("engagement"),
    Column("kind", String(20), nullable=False),
    Column("mark", String(64), nullable=False),  # the same question is put to a file once
    Column("waiting", Boolean, nullable=False),  # raised before a reviewer took the file
    Column("content", LargeBinary, nullable=False),  # JSON
    Column("raised", Moment, nullable=False),
    Column("outcome", String(12), nullable=False),  # "" until a reviewer has concluded
    Column("reason", Text, nullable=False),
    of("person", "by", null=True, index=False),
    Column("concluded", Moment),
    Unique("engagement", "mark"),
)

queue_model = Table(
    "queue_model",
    metadata,
    id_(),
    Column("rule_set", String(80), nullable=False),
    Column("files", Integer, nullable=False),  # conclusions it was tried on
    Column("content", LargeBinary, nullable=False),  # JSON: what came of learning, with the coefficients
    Column("digest", String(64), nullable=False),  # SHA-256 of it
    Column("card", Text, nullable=False),  # JSON: the model card by language; "{}" where nothing was learned
    Column("file", LargeBinary),  # the same coefficients as a skops file; NULL where nothing was learned
    Column("file_digest", String(64), nullable=False),
    Column("made", Moment, nullable=False),
    of("person", "by", null=True, index=False),  # who asked for it; NULL for the service itself
)

queue_switch = Table(
    "queue_switch",
    metadata,
    id_(),
    Column("off", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
)

queue_place = Table(
    "queue_place",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("place", Integer, nullable=False, unique=True),  # from 0
    Column("by_chance", Boolean, nullable=False),
    Column("day", Date, nullable=False),
)

double_reading = Table(
    "double_reading",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("drawn", Moment, nullable=False),
    of("person", null=True),  # who reads it blind; NULL until the lead auditor has given it
    of("person", "by", null=True, index=False),
    Column("given", Moment),
    Column("begun", Moment),  # when the reader said that nothing ties them to the firm
    Column("done", Moment),
)
"""Files that chance drew to be judged a second time, by somebody who knows nothing of the first."""

double_grade = Table(
    "double_grade",
    metadata,
    Column("engagement", String(32), ForeignKey("double_reading.engagement"), primary_key=True),
    Column("question", String(60), primary_key=True),
    Column("section", String(40), nullable=False),
    Column("stated", Integer, nullable=False),  # the grade that the answer had when it was handed in
    Column("grade", Integer, nullable=False),  # that of the blind reader
    Column("at", Moment, nullable=False),
)
