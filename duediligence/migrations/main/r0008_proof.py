"""proof."""

revision = "r0008"
down_revision = "r0007"


def upgrade() -> None:
    """Lead to this revision from the one before."""


def downgrade() -> None:
    """Lead back."""
