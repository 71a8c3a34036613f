"""Indexes for very many assessments."""

from alembic import op

revision = "r0004"
down_revision = "r0003"


def upgrade() -> None:
    """Lead to this revision from the one before."""
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.create_index("ix_engagement_stage_expires", ["stage", "expires"], unique=False)
        batch_op.create_index(
            "ix_engagement_version", ["questionnaire", "questionnaire_version", "stage", "sample"], unique=False
        )


def downgrade() -> None:
    """Lead back to the revision before."""
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.drop_index("ix_engagement_version")
        batch_op.drop_index("ix_engagement_stage_expires")
