"""looking."""

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"


def upgrade() -> None:
    """Lead to this revision from the one before."""
    op.create_table(
        "queue_model",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("rule_set", sa.String(length=80), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_queue_model_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_model")),
    )
    op.create_table(
        "queue_switch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_queue_switch_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_switch")),
    )
    op.create_table(
        "look",
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("rule_set", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.Float(), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("together", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_chance", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name=op.f("fk_look_engagement")),
        sa.PrimaryKeyConstraint("engagement", name=op.f("pk_look")),
    )
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_together"), ["together"], unique=False)

    op.create_table(
        "look_missed",
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name=op.f("fk_look_missed_engagement")),
        sa.PrimaryKeyConstraint("engagement", "kind", name=op.f("pk_look_missed")),
    )
    op.create_table(
        "prompt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("raised", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("concluded", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_prompt_by")),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name=op.f("fk_prompt_engagement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt")),
        sa.UniqueConstraint("engagement", "mark", name=op.f("uq_prompt_engagement_mark")),
    )
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prompt_engagement"), ["engagement"], unique=False)

    op.create_table(
        "queue_place",
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("by_chance", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name=op.f("fk_queue_place_engagement")),
        sa.PrimaryKeyConstraint("engagement", name=op.f("pk_queue_place")),
        sa.UniqueConstraint("place", name=op.f("uq_queue_place_place")),
    )


def downgrade() -> None:
    """Lead back to the revision before."""
    op.drop_table("queue_place")
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prompt_engagement"))

    op.drop_table("prompt")
    op.drop_table("look_missed")
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_look_together"))

    op.drop_table("look")
    op.drop_table("queue_switch")
    op.drop_table("queue_model")
