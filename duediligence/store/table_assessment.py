"""Tables of assessments: answers, reviews and plans."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from duediligence.store.schema import Moment, id_, metadata, of

engagement = Table(
    "engagement",
    metadata,
    id_(),
    of("organisation"),
    of("site"),
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
    of("person", "created_by"),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("submitted", Moment),
    Column("concluded", Moment),
    Column("expires", Date),
    Column("withdrawn", Moment),
    Column("withdrawn_reason", Text, nullable=False),
    Column("protected_released", Boolean, nullable=False),  # the firm lets its reviewers read protected answers
    of("engagement", "carried_from", null=True),
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
    Column("signs", Integer, nullable=False, server_default="0"),  # the levels of those indicators added up
    of("person", "reviewer", null=True),
    of("person", "second_reviewer", null=True),
    Column("sample", Boolean, nullable=False),
    Index("ix_engagement_stage_submitted", "stage", "submitted"),
    Index("ix_engagement_stage_expires", "stage", "expires"),
    Index("ix_engagement_version", "questionnaire", "questionnaire_version", "stage", "sample"),
    Index("ix_engagement_stage_residual", "stage", "residual"),
    Index(
        "ix_engagement_urgency", "stage", "rehearsal", "grave", "residual", "signs", "submitted", "id"
    ),  # all a queue sorts by
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
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
)

confirmation = Table(
    "confirmation",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("question", String(60), primary_key=True),  # an answer carried over that a person has yet to confirm
)

preparer = Table(
    "preparer",
    metadata,
    Column("engagement", String(32), ForeignKey("engagement.id"), primary_key=True),
    Column("help", String(12), nullable=False),  # nobody, organisation or not_stated
    Column("name", String(200), nullable=False),  # of an organisation, never of a person; "" without one
    Column("mark", String(200), nullable=False, index=True),  # what spellings of the name have in common
    Column("at", Moment, nullable=False),
)
"""Who helped a firm to fill in the form, as it says itself."""

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
    id_(),
    of("engagement"),
    Column("kind", String(12), nullable=False),  # what it is lies sealed beside its words
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
    of("person", "by", index=False),
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

assignment = Table(
    "assignment",
    metadata,
    id_(),
    of("engagement"),
    Column("part", String(20), nullable=False),  # auditor or second_reviewer
    of("person"),  # to whom the file was given
    Column("reason", Text, nullable=False),
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
    Column("ended", Moment),  # taken, given back or given to somebody else; NULL while it waits
)

message = Table(
    "message",
    metadata,
    id_(),
    of("engagement"),
    Column("question", String(60), nullable=False),
    Column("words", Text, nullable=False),
    of("person", "by", index=False),
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
    of("person", "by", index=False),
    Column("at", Moment, nullable=False),
)

safety_check = Table(
    "safety_check",
    metadata,
    id_(),
    of("engagement"),
    Column("due", Date, nullable=False),
    Column("done", Moment),
    Column("outcome", String(20), nullable=False),  # "", no_sign, sign, not_possible
)
"""A day on which somebody looks whether anyone suffered for having spoken."""
