"""Blind readings, who helped to fill in a form, and how strong the indicators of a file are together."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "r0007"
down_revision = "r0006"

_LEVELS = {"weak": 1, "moderate": 2, "strong": 3}
_STATE_IMPOSED = "SIF"
_LEVEL = "level."
_FINE = 100_000
"""How many parts of the number of the rule set a level is one of."""

_ROWS = 5000

_ENGAGEMENT = sa.table("engagement", sa.column("id"), sa.column("indicators"), sa.column("signs", sa.Integer))
_LOOK = sa.table("look", sa.column("engagement"), sa.column("features"), sa.column("rule", sa.Float))


def upgrade() -> None:
    """Lead to this revision from the one before."""
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signs", sa.Integer(), server_default="0", nullable=False))
        batch_op.drop_index("ix_engagement_urgency")
    _count_signs()
    _refine_rule(1)
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_engagement_urgency",
            ["stage", "rehearsal", "grave", "residual", "signs", "submitted", "id"],
            unique=False,
        )
    op.create_table(
        "preparer",
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("help", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name=op.f("fk_preparer_engagement")),
        sa.PrimaryKeyConstraint("engagement", name=op.f("pk_preparer")),
    )
    with op.batch_alter_table("preparer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_preparer_mark"), ["mark"], unique=False)
    op.create_table(
        "double_reading",
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("drawn", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=True),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("given", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_double_reading_by")),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name=op.f("fk_double_reading_engagement")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_double_reading_person")),
        sa.PrimaryKeyConstraint("engagement", name=op.f("pk_double_reading")),
    )
    with op.batch_alter_table("double_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_double_reading_person"), ["person"], unique=False)
    op.create_table(
        "double_grade",
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("stated", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["engagement"], ["double_reading.engagement"], name=op.f("fk_double_grade_engagement")),
        sa.PrimaryKeyConstraint("engagement", "question", name=op.f("pk_double_grade")),
    )


def downgrade() -> None:
    """Lead back to the revision before."""
    op.drop_table("double_grade")
    with op.batch_alter_table("double_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_double_reading_person"))
    op.drop_table("double_reading")
    with op.batch_alter_table("preparer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_preparer_mark"))
    op.drop_table("preparer")
    _refine_rule(-1)
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.drop_index("ix_engagement_urgency")
        batch_op.create_index(
            "ix_engagement_urgency", ["stage", "rehearsal", "grave", "residual", "submitted", "id"], unique=False
        )
        batch_op.drop_column("signs")


def _count_signs() -> None:
    """Add up the levels that lists state of each file."""
    for rows in _parts(sa.select(_ENGAGEMENT.c.id, _ENGAGEMENT.c.indicators).where(_ENGAGEMENT.c.indicators != "{}")):
        found = [{"row": row.id, "found": _signs(json.loads(row.indicators))} for row in rows]
        changed = sa.update(_ENGAGEMENT).where(_ENGAGEMENT.c.id == sa.bindparam("row"))
        op.get_bind().execute(changed.values(signs=sa.bindparam("found")), found)


def _refine_rule(way: int) -> None:
    """Add the same to the numbers of the rule set that files were handed in with, or take it off."""
    for rows in _parts(sa.select(_LOOK.c.engagement, _LOOK.c.features, _LOOK.c.rule)):
        found = [{"row": row.engagement, "found": row.rule + way * _fine(json.loads(row.features))} for row in rows]
        changed = sa.update(_LOOK).where(_LOOK.c.engagement == sa.bindparam("row"))
        op.get_bind().execute(changed.values(rule=sa.bindparam("found")), found)


def _signs(indicators: dict[str, str]) -> int:
    return sum(_LEVELS.get(level, 0) for name, level in indicators.items() if name != _STATE_IMPOSED)


def _fine(features: dict[str, float]) -> float:
    """Return the levels as features state them, 0 to 1 each, as parts of the number of the rule set."""
    shares = sum(share for name, share in features.items() if name.startswith(_LEVEL))
    return round(max(_LEVELS.values()) * shares) / _FINE


def _parts(wanted: sa.Select[Any]) -> Iterator[Sequence[sa.Row[Any]]]:
    """Yield the rows of a query, so many at a time."""
    rows = op.get_bind().execute(wanted).all()
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]
