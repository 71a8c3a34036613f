"""doubles."""

revision = "r0007"
down_revision = "r0006"


def upgrade() -> None:
    """Lead to this revision from the one before."""


def downgrade() -> None:
    """Lead back."""
