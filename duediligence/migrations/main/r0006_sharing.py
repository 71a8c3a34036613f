"""sharing."""

revision = "r0006"
down_revision = "r0005"


def upgrade() -> None:
    """Lead to this revision from the one before."""


def downgrade() -> None:
    """Lead back."""
