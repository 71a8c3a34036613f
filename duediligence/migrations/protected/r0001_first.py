"""first."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None


def upgrade() -> None:
    """Lead to this revision from the one before."""
    op.create_table(
        "protected_answer",
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("engagement", "question", name=op.f("pk_protected_answer")),
    )
    op.create_table(
        "protected_document",
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("engagement", "number", name=op.f("pk_protected_document")),
    )


def downgrade() -> None:
    """Lead back to the revision before."""
    op.drop_table("protected_document")
    op.drop_table("protected_answer")
