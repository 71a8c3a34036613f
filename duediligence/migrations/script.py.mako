"""${message}."""
# ruff: noqa: PLR0915  A revision says all it does in one place.

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Lead to this revision from the one before."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Lead back to the revision before."""
    ${downgrades if downgrades else "pass"}
