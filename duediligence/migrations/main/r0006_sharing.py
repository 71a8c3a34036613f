"""sharing."""

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"


def upgrade() -> None:
    """Lead to this revision from the one before."""
    op.create_table(
        "own_share",
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("goods", sa.Float(), nullable=True),
        sa.Column("labour", sa.Float(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_own_share_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_own_share_organisation")),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_own_share")),
    )

    op.create_table(
        "assessment_share",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("buyer", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("request", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.LargeBinary(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("given", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("withdrawn", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["buyer"], ["organisation.id"], name=op.f("fk_assessment_share_buyer")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_assessment_share_by")),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name=op.f("fk_assessment_share_engagement")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_assessment_share_organisation")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_assessment_share_party")),
        sa.ForeignKeyConstraint(["request"], ["partner_request.id"], name=op.f("fk_assessment_share_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_share")),
    )
    with op.batch_alter_table("assessment_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_share_buyer"), ["buyer"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_share_engagement"), ["engagement"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_share_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_share_party"), ["party"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_share_request"), ["request"], unique=False)

    op.create_table(
        "sent_workbook",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("request", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("consented", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_sent_workbook_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_sent_workbook_organisation")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_sent_workbook_party")),
        sa.ForeignKeyConstraint(["request"], ["partner_request.id"], name=op.f("fk_sent_workbook_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_workbook")),
    )
    with op.batch_alter_table("sent_workbook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_workbook_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_sent_workbook_party"), ["party"], unique=False)
        batch_op.create_index(batch_op.f("ix_sent_workbook_request"), ["request"], unique=False)

    with op.batch_alter_table("partner_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recovery", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Lead back to the revision before."""
    with op.batch_alter_table("partner_request", schema=None) as batch_op:
        batch_op.drop_column("recovery")

    with op.batch_alter_table("sent_workbook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_workbook_request"))
        batch_op.drop_index(batch_op.f("ix_sent_workbook_party"))
        batch_op.drop_index(batch_op.f("ix_sent_workbook_organisation"))

    op.drop_table("sent_workbook")
    with op.batch_alter_table("assessment_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_share_request"))
        batch_op.drop_index(batch_op.f("ix_assessment_share_party"))
        batch_op.drop_index(batch_op.f("ix_assessment_share_organisation"))
        batch_op.drop_index(batch_op.f("ix_assessment_share_engagement"))
        batch_op.drop_index(batch_op.f("ix_assessment_share_buyer"))

    op.drop_table("assessment_share")
    op.drop_table("own_share")
